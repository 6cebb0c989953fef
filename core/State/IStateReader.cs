using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.State;

/// <summary>Users of a hash range of the sync state, in (id hash, id) order.</summary>
public interface IStateReader : IAsyncDisposable
{
    /// <summary>Goes to the next user.</summary>
    /// <returns>False at the end.</returns>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    /// <summary>The user that <see cref="MoveNextAsync"/> went to.</summary>
    StateEntry Current { get; }
}

/// <summary>What the state keeps of one user.</summary>
/// <param name="UserId">UTF-8; valid until the reader moves on.</param>
/// <param name="Fingerprint">Of the last update that the destination accepted; <see cref="Fingerprint.Unknown"/> where a later one may have arrived.</param>
/// <param name="Day">When it was accepted, or else first may have arrived: days since 1970-01-01 UTC.</param>
/// <param name="IsGone">The user had no list in a later run, and what was sent stands.</param>
public readonly record struct StateEntry(ulong Hash, ReadOnlyMemory<byte> UserId, Fingerprint Fingerprint, int Day, bool IsGone);
