using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>The users that a run's input has in one shard, in (id hash, id) order.</summary>
internal interface IShardUsers
{
    ulong Hash { get; }

    /// <summary>UTF-8; valid until the next move.</summary>
    ReadOnlySpan<byte> UserId { get; }

    /// <summary>JSON string with its quotes; empty for none, and for item-keyed jobs.</summary>
    ReadOnlySpan<byte> Theme { get; }

    /// <summary>Table indexes of the user's query items that have a result, in mapping order; empty for user-keyed jobs.</summary>
    List<int> QueryItems { get; }

    InputOfUser Input { get; }

    /// <summary>User-keyed jobs: result lines that a later line of the same user replaced, so far.</summary>
    long DuplicateLines { get; }

    bool MoveNext();

    /// <summary>Gives the user's lists to the combiner.</summary>
    void AddLists(Combiner combiner);
}

/// <summary>What a run's input says of a user.</summary>
internal enum InputOfUser
{
    /// <summary>None of the user's query items has a line.</summary>
    Nothing,

    /// <summary>There are lines, and all are errors.</summary>
    Errors,

    /// <summary>There is a result, be its list empty or not.</summary>
    Results,
}
