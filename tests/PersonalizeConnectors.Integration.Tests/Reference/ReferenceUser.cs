namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <param name="QueryItem">Null for user-keyed jobs.</param>
internal sealed record ReferenceChoice(string ItemId, string? Score, string? QueryItem);

/// <summary>What the input says about one user.</summary>
internal sealed class ReferenceUser
{
    private ReferenceUser(string id, List<(string Query, ReferenceLine Line)> results, bool hasErrors, List<ReferenceChoice> choices)
    {
        Id = id;
        Results = results;
        IsLeftAlone = results.Count == 0 && hasErrors;
        Choices = choices;
    }

    public string Id { get; }

    /// <summary>The user's queries that have a result, in order.</summary>
    public List<(string Query, ReferenceLine Line)> Results { get; }

    /// <summary>Nothing but errors: what was sent stands.</summary>
    public bool IsLeftAlone { get; }

    /// <summary>The combined list.</summary>
    public List<ReferenceChoice> Choices { get; }

    public static ReferenceUser Of(string id, IEnumerable<string> queries, ReferenceInput input, ReferenceConnector connector)
    {
        var lines = queries.Where(input.Lines.ByQuery.ContainsKey).Select(query => (query, input.Lines.ByQuery[query])).ToList();
        var results = lines.Where(line => line.Item2.Recommendations is not null).ToList();
        var lists = results.Select(line => ListOf(line.query, line.Item2, input)).ToList();
        var combined = connector.Combine == "first" ? lists.FirstOrDefault() ?? [] : Interleave(lists);
        return new(id, results, lines.Count > results.Count, Filter(combined, input, connector));
    }

    /// <summary>A query's own list, for its record.</summary>
    public static List<ReferenceChoice> OwnList(string query, ReferenceLine line, ReferenceInput input, ReferenceConnector connector) =>
        Filter(ListOf(query, line, input), input, connector);

    private static List<ReferenceChoice> ListOf(string query, ReferenceLine line, ReferenceInput input) =>
        [.. line.Recommendations!.Select(r => new ReferenceChoice(r.ItemId, r.Score, input.Mapping is null ? null : query))];

    private static List<ReferenceChoice> Interleave(List<List<ReferenceChoice>> lists) =>
        [.. Enumerable.Range(0, lists.Select(list => list.Count).DefaultIfEmpty().Max())
            .SelectMany(rank => lists.Where(list => rank < list.Count).Select(list => list[rank]))];

    private static List<ReferenceChoice> Filter(IEnumerable<ReferenceChoice> choices, ReferenceInput input, ReferenceConnector connector) =>
        [.. choices
            .DistinctBy(choice => choice.ItemId)
            .Where(choice => connector.MinScore is not { } least || choice.Score is null || ReferenceJson.Number(choice.Score) >= least)
            .Where(choice => connector.UnknownItems != "drop" || input.Catalog.Knows(choice.ItemId))
            .Take(connector.MaxRecommendations)];
}
