namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <param name="Content">Everything that decides what the destination is told; null where what it has is not known.</param>
internal sealed record ReferenceEntry(string? Content, bool IsGone);

/// <summary>What a connector's runs so far left: accepted users, and every attribute name ever sent.</summary>
internal sealed record ReferenceState(IReadOnlyDictionary<string, ReferenceEntry> Users, IReadOnlySet<string> Names)
{
    public static ReferenceState Empty { get; } = new(new Dictionary<string, ReferenceEntry>(), new HashSet<string>());
}

/// <summary>What a run was asked for.</summary>
/// <param name="Users">Only these; null for all.</param>
internal sealed record ReferenceOptions(bool FullResync = false, IReadOnlySet<string>? Users = null)
{
    /// <summary>No answer of the destination says what became of the users.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary><c>jobInfo.runDateTime</c>.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
}
