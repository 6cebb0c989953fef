using System.Text.Json;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Attributes of a user, as JSON text by name.</summary>
internal static class ReferenceShapes
{
    public static SortedDictionary<string, string> Attributes(List<ReferenceChoice> choices, ReferenceInput input, ReferenceConnector connector)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in connector.OtherAttributes)
        {
            attributes[name] = value;
        }

        switch (connector.Shape)
        {
            case "itemIds":
                attributes[connector.Prefix + "itemIds"] = ReferenceJson.List(choices.Select(choice => ReferenceJson.Text(choice.ItemId)));
                break;
            case "arrayOfObjects":
                attributes[connector.Prefix + "items"] = ReferenceJson.List(choices.Select(choice => ReferenceJson.Object(Members(choice, input, connector))));
                break;
            default:
                AddParallelArrays(attributes, choices, input, connector);
                break;
        }

        return attributes;
    }

    private static void AddParallelArrays(
        SortedDictionary<string, string> attributes, List<ReferenceChoice> choices, ReferenceInput input, ReferenceConnector connector)
    {
        var members = choices.Select(choice => Members(choice, input, connector).ToDictionary()).ToList();
        var names = (connector.Fields ?? members.SelectMany(m => m.Keys))
            .Append("itemId")
            .Concat(connector.IncludeScores ? ["score"] : [])
            .Concat(connector.IncludeQueryItems && input.Mapping is not null ? ["queryItemId"] : []);
        foreach (var name in names.Distinct())
        {
            attributes[connector.Prefix + name] = ReferenceJson.List(members.Select(m => m.TryGetValue(name, out var value) ? Plain(value) : "\"\""));
        }
    }

    private static List<KeyValuePair<string, string>> Members(ReferenceChoice choice, ReferenceInput input, ReferenceConnector connector)
    {
        List<KeyValuePair<string, string>> members =
        [
            .. input.Catalog.FieldsOf(choice.ItemId, connector.Fields).Select(field => KeyValuePair.Create(field.Key, field.Value.GetRawText())),
            KeyValuePair.Create("itemId", ReferenceJson.Text(choice.ItemId)),
        ];
        if (connector.IncludeScores && choice.Score is not null)
        {
            members.Add(new("score", choice.Score));
        }

        if (connector.IncludeQueryItems && choice.QueryItem is not null)
        {
            members.Add(new("queryItemId", ReferenceJson.Text(choice.QueryItem)));
        }

        return members;
    }

    // Lists and objects stand as their text, as the metadata has it.
    private static string Plain(string json) =>
        JsonElement.Parse(json).ValueKind is JsonValueKind.Array or JsonValueKind.Object ? ReferenceJson.Text(json) : json;
}
