using System.Text.Json;
using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>What one key of a connector makes of another, and what the destination makes of the names.</summary>
internal sealed class ConnectorChecks(ConfigSection section, ConnectorConfiguration connector, IDestinationRules? rules, ProblemList problems)
{
    public void Run()
    {
        CheckAlias();
        CheckFields();
        CheckOwnAttributes();
        CheckOtherAttributes();
        WarnOfNoEffect();
    }

    private void CheckAlias()
    {
        var isAlias = connector.Identifier == UserIdentifier.UserAlias;
        if (isAlias && !section.Has(ConnectorReader.AliasLabel))
        {
            problems.Add(
                section.PathOf(ConnectorReader.AliasLabel), section.Find("identifier")?.Line, "no such key",
                "the label of the aliases, which \"identifier\": \"user_alias\" needs");
        }
        else if (isAlias && section.Find(ConnectorReader.AliasLabel) is { Kind: NodeKind.Null } missing)
        {
            section.Refuse(ConnectorReader.AliasLabel, missing, "the label of the aliases, which \"identifier\": \"user_alias\" needs", 0);
        }
        else if (!isAlias && connector.AliasLabel is not null)
        {
            section.Refuse(
                ConnectorReader.AliasLabel, section.Find(ConnectorReader.AliasLabel)!, "no such key without \"identifier\": \"user_alias\"", 0);
        }
    }

    private void CheckFields()
    {
        if (connector.ItemMetadataFields is null)
        {
            return;
        }

        var node = section.Find(ConnectorReader.ItemMetadataFields)!;
        for (var i = 0; i < node.Items.Count; i++)
        {
            var field = node.Items[i].Text.Trim();
            var expected = ShapeAttributes.OwnFields(connector).Contains(field)
                ? "a field other than those that every recommendation has anyway: " + string.Join(", ", ShapeAttributes.OwnFields(connector))
                : ExpectedField(field);
            if (expected is not null && field.Length > 0 && !node.Items[i].IsRefused)
            {
                problems.Add(JsonPath.Item(section.PathOf(ConnectorReader.ItemMetadataFields), i), node.Items[i].Line, $"the field \"{field}\"", expected);
            }
        }
    }

    private string? ExpectedField(string field)
    {
        if (rules is null)
        {
            return null;
        }

        return connector.AttributeShape switch
        {
            AttributeShape.ArrayOfObjects => rules.ExpectedNestedName(field),
            AttributeShape.ParallelArrays => ExpectedAttribute(connector.AttributePrefix + field),
            _ => null,
        };
    }

    private void CheckOwnAttributes()
    {
        foreach (var name in ShapeAttributes.Names(connector, []))
        {
            if (ExpectedAttribute(name) is { } expected)
            {
                problems.Add(
                    section.PathOf(ConnectorReader.AttributePrefix),
                    section.Find(ConnectorReader.AttributePrefix)?.Line ?? section.Line,
                    $"a prefix that makes the attribute \"{Cut(name)}\"",
                    expected);
                return;
            }
        }
    }

    private string? ExpectedAttribute(string name) => rules switch
    {
        null => null,
        _ when rules.ReservedAttributes.Contains(name) => $"another name than \"{name}\", which means something else to {rules.Title}",
        _ => rules.ExpectedName(name),
    };

    private void CheckOtherAttributes()
    {
        if (section.Find(ConnectorReader.OtherAttributes) is not { Kind: NodeKind.Object } node)
        {
            return;
        }

        var made = ShapeAttributes.Names(connector, connector.ItemMetadataFields ?? []);
        foreach (var property in node.Properties.DistinctBy(p => p.Name))
        {
            var path = JsonPath.Child(section.PathOf(ConnectorReader.OtherAttributes), property.Name);
            var expectedName = made.Contains(property.Name)
                ? "another name: the connector's shape makes this one itself"
                : ExpectedAttribute(property.Name);
            if (expectedName is not null)
            {
                problems.Add(path, property.Line, $"the attribute {Cut(property.RawName)}", expectedName);
            }

            using var value = JsonDocument.Parse(property.Value.ToJson());
            if (rules?.ExpectedValue(value.RootElement) is { } expectedValue && !property.Value.IsRefused)
            {
                problems.Add(path, property.Value.Line, property.Value.Show(), expectedValue);
            }
        }
    }

    private void WarnOfNoEffect()
    {
        if (connector.AttributeShape == AttributeShape.ItemIds)
        {
            Warn("includeScores", connector.IncludeScores, "false with \"itemIds\": a list of ids has no place for scores");
            Warn("includeQueryItems", connector.IncludeQueryItems, "false with \"itemIds\": a list of ids has no place for query items");
        }
        else if (connector.AttributeShape == AttributeShape.ParallelArrays && rules is not null)
        {
            Warn(
                "includeQueryItems", connector.IncludeQueryItems,
                $"\"arrayOfObjects\" as attributeShape: {rules.Title} collapses equal values in a list, and recommendations share query items");
        }

        var neverAgain = connector.UpdateExistingOnly && connector.ResendAfterDays is null && section.Has("resendAfterDays");
        Warn("resendAfterDays", neverAgain, "days with updateExistingOnly: a user that the destination does not know yet is never sent again otherwise");
    }

    private void Warn(string name, bool applies, string expected)
    {
        if (applies && section.Find(name) is { } value)
        {
            problems.Add(section.PathOf(name), value.Line, value.Show(), expected, severity: Severity.Warning);
        }
    }

    private static string Cut(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
