using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>A user update with all that it refers to; valid until the next one is read.</summary>
internal readonly ref struct UserUpdate(
    ReadOnlySpan<byte> userId, UpdateOperation operation, RecommendationBuffer recommendations, IReadOnlyList<int> queryItems, Catalog catalog, ItemTable? table)
{
    private readonly IReadOnlyList<byte[]>? _queryItemIds;

    /// <param name="queryItemIds">UTF-8 ids that the recommendations' query items are places in; empty where they have none.</param>
    public UserUpdate(
        ReadOnlySpan<byte> userId, UpdateOperation operation, RecommendationBuffer recommendations, IReadOnlyList<byte[]> queryItemIds, Catalog catalog)
        : this(userId, operation, recommendations, [], catalog, table: null) => _queryItemIds = queryItemIds;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> UserId { get; } = userId;

    /// <summary>Set or clear.</summary>
    public UpdateOperation Operation { get; } = operation;

    /// <summary>How many recommendations the user has.</summary>
    public int Count => recommendations.Count;

    /// <summary>The catalog index of a recommendation.</summary>
    public int ItemIndex(int place) => recommendations.Item(place);

    public CatalogItem Item(int place) => catalog.Item(recommendations.Item(place));

    /// <summary>JSON number as Personalize wrote it; empty for none.</summary>
    public ReadOnlySpan<byte> Score(int place) => recommendations.Score(place);

    /// <summary>UTF-8 id of the query item that a recommendation came from; empty for user-keyed jobs.</summary>
    public ReadOnlySpan<byte> QueryItemId(int place) =>
        _queryItemIds is { Count: > 0 } ids ? ids[recommendations.QueryItem(place)]
        : table is null || queryItems.Count == 0 ? default : table.Line(queryItems[recommendations.QueryItem(place)]).QueryId;
}
