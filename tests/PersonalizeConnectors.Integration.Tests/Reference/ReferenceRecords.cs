using System.Globalization;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>The records of a user, as <c>output/</c> shall have them.</summary>
internal static class ReferenceRecords
{
    public static IEnumerable<JsonObject> Of(ReferenceUser user, ReferenceInput input, ReferenceConnector connector, DateTimeOffset start)
    {
        foreach (var (query, line) in user.Results)
        {
            var list = ReferenceUser.OwnList(query, line, input, connector);
            if (list.Count > 0)
            {
                yield return Record(user.Id, query, list, line.Theme, input, connector, start);
            }
        }
    }

    private static JsonObject Record(
        string user, string query, List<ReferenceChoice> list, string? theme, ReferenceInput input, ReferenceConnector connector, DateTimeOffset start)
    {
        var record = input.Mapping is null
            ? new JsonObject { ["queryUserId"] = user }
            : new JsonObject { ["queryItemId"] = query, ["userId"] = user };
        record["recommendations"] = new JsonArray([.. list.Select(choice => Recommendation(choice, input, connector))]);
        if (theme is not null)
        {
            record["theme"] = JsonNode.Parse(theme);
        }

        record["jobInfo"] = new JsonObject
        {
            ["name"] = input.JobName,
            ["runDateTime"] = start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        if (connector.PrefixIsSet || connector.OtherAttributes.Count > 0)
        {
            record["syncDirectives"] = Directives(connector);
        }

        return record;
    }

    private static JsonObject Recommendation(ReferenceChoice choice, ReferenceInput input, ReferenceConnector connector)
    {
        var members = input.Catalog.FieldsOf(choice.ItemId, connector.Fields)
            .Select(field => KeyValuePair.Create(field.Key, JsonNode.Parse(field.Value.GetRawText())))
            .Append(new("itemId", choice.ItemId));
        return new(connector.IncludeScores && choice.Score is not null ? members.Append(new("score", JsonNode.Parse(choice.Score))) : members);
    }

    private static JsonObject Directives(ReferenceConnector connector)
    {
        var directives = new JsonObject();
        if (connector.PrefixIsSet)
        {
            directives["attributePrefix"] = connector.Prefix;
        }

        if (connector.OtherAttributes.Count > 0)
        {
            directives["otherAttributes"] = new JsonObject(connector.OtherAttributes.Select(a => KeyValuePair.Create(a.Key, JsonNode.Parse(a.Value))));
        }

        return directives;
    }
}
