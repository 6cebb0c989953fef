using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>The attributes that a connector's shape makes for a user, by name.</summary>
public static class ShapeAttributes
{
    /// <summary>
    /// Fields that all items together may have where none are configured: as many as a Braze catalog may. Keys that differ from item to item
    /// (ids, dates) go beyond any number, and each would become an attribute for good.
    /// </summary>
    public const int MostFields = 500;

    /// <summary>A recommendation's own fields, behind the chosen ones.</summary>
    public const string ItemId = "itemId";

    public const string Score = "score";

    public const string QueryItemId = "queryItemId";

    /// <summary>The one attribute of <see cref="AttributeShape.ArrayOfObjects"/>, behind the prefix.</summary>
    public const string Items = "items";

    /// <summary>The one attribute of <see cref="AttributeShape.ItemIds"/>, behind the prefix.</summary>
    public const string ItemIds = "itemIds";

    /// <summary>What a recommendation carries behind its chosen fields, in this order.</summary>
    public static IEnumerable<string> OwnFields(ConnectorConfiguration connector)
    {
        yield return ItemId;
        if (connector.IncludeScores)
        {
            yield return Score;
        }

        if (connector.IncludeQueryItems)
        {
            yield return QueryItemId;
        }
    }

    /// <summary>Names of all attributes that the shape makes of the given fields.</summary>
    /// <param name="fields">The chosen fields; those found in the metadata where none are configured.</param>
    public static IReadOnlyList<string> Names(ConnectorConfiguration connector, IEnumerable<string> fields) => connector.AttributeShape switch
    {
        AttributeShape.ArrayOfObjects => [connector.AttributePrefix + Items],
        AttributeShape.ItemIds => [connector.AttributePrefix + ItemIds],
        _ => [.. fields.Concat(OwnFields(connector)).Distinct(StringComparer.Ordinal).Select(field => connector.AttributePrefix + field)],
    };

    /// <summary>
    /// What the metadata's fields make impossible where none are configured, and the file alone could not tell: an attribute that the
    /// destination reserves or refuses, and one that <c>otherAttributes</c> sets as well.
    /// </summary>
    /// <param name="fields">Every field of any item but <c>id</c>.</param>
    public static IEnumerable<Problem> FindConflicts(ConnectorConfiguration connector, IReadOnlyCollection<string> fields, string file)
    {
        var path = JsonPath.Child(JsonPath.Child(JsonPath.Root, ConfigurationReader.Connectors), connector.Name);
        var rules = DestinationRules.Find(connector.Type);
        foreach (var name in Names(connector, fields).Except(Names(connector, []), StringComparer.Ordinal))
        {
            if (connector.OtherAttributes.Any(other => other.Key == name))
            {
                yield return Refuse(
                    JsonPath.Child(JsonPath.Child(path, ConnectorReader.OtherAttributes), name),
                    $"the attribute \"{name}\", which a field of the item metadata makes too",
                    "another name, or itemMetadataFields without that field");
            }

            if (rules is null)
            {
                continue;
            }

            var expected = rules.ReservedAttributes.Contains(name)
                ? $"another attributePrefix, or itemMetadataFields without that field: the name means something else to {rules.Title}"
                : rules.ExpectedName(name);
            if (expected is not null)
            {
                yield return Refuse(
                    JsonPath.Child(path, ConnectorReader.AttributePrefix), $"a field of the item metadata that makes the attribute \"{name}\"", expected);
            }
        }

        Problem Refuse(string at, string found, string expected) => new() { File = file, Path = at, Found = found, Expected = expected };
    }
}
