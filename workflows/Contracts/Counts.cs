namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>Lines of batch output. Read = results + errors + malformed; duplicates and empty lists are among the results.</summary>
public sealed record LineCounts(long Read = 0, long Results = 0, long Errors = 0, long Malformed = 0, long Duplicates = 0, long Empty = 0)
{
    public static LineCounts operator +(LineCounts a, LineCounts b) => new(
        a.Read + b.Read, a.Results + b.Results, a.Errors + b.Errors, a.Malformed + b.Malformed, a.Duplicates + b.Duplicates, a.Empty + b.Empty);

    public static LineCounts Add(LineCounts left, LineCounts right) => left + right;
}

/// <summary>Rows of the user-item mapping; rows are all but the header.</summary>
public sealed record MappingCounts(
    long Rows = 0, long Malformed = 0, long Users = 0, long UsersWithoutRecommendations = 0, long ItemsWithoutUsers = 0);

/// <summary>Item metadata. Unknown items are distinct recommended items that the metadata lacks.</summary>
public sealed record CatalogCounts(long Items = 0, long Malformed = 0, long Duplicates = 0, long UnknownItems = 0);

/// <summary>Users of a connector. Total: with a list after this run; accepted, rejected and unknown: of all updates sent, clears included.</summary>
public sealed record UserCounts(
    long Total = 0, long New = 0, long Changed = 0, long Unchanged = 0, long Removed = 0, long Accepted = 0, long Rejected = 0, long Unknown = 0)
{
    public static UserCounts operator +(UserCounts a, UserCounts b) => new(
        a.Total + b.Total, a.New + b.New, a.Changed + b.Changed, a.Unchanged + b.Unchanged, a.Removed + b.Removed,
        a.Accepted + b.Accepted, a.Rejected + b.Rejected, a.Unknown + b.Unknown);

    public static UserCounts Add(UserCounts left, UserCounts right) => left + right;
}

/// <summary>Requests to a destination. Sent counts every attempt; retried those that followed a failure of the same updates.</summary>
public sealed record RequestCounts(long Sent = 0, long Retried = 0, long RateLimited = 0)
{
    public static RequestCounts operator +(RequestCounts a, RequestCounts b) => new(a.Sent + b.Sent, a.Retried + b.Retried, a.RateLimited + b.RateLimited);

    public static RequestCounts Add(RequestCounts left, RequestCounts right) => left + right;
}

/// <summary>Bytes an activity read and wrote, compressed as they lie in the store.</summary>
public sealed record ByteCounts(long In = 0, long Out = 0)
{
    public static ByteCounts operator +(ByteCounts a, ByteCounts b) => new(a.In + b.In, a.Out + b.Out);

    public static ByteCounts Add(ByteCounts left, ByteCounts right) => left + right;
}
