using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.State;

/// <summary>A shard's updates in (id hash, id) order, as the state needs them.</summary>
public interface IUpdateReader
{
    /// <summary>Goes to the next update.</summary>
    /// <returns>False at the end.</returns>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    StateUpdate Current { get; }
}

/// <param name="Number">Among all updates of the shard's object, from 0; what the outcome log counts by.</param>
/// <param name="UserId">UTF-8; valid until the reader moves on.</param>
public readonly record struct StateUpdate(
    long Number, ulong Hash, ReadOnlyMemory<byte> UserId, UpdateOperation Operation, Fingerprint Fingerprint)
{
    /// <summary>True for what goes to the destination.</summary>
    public bool IsDelivered => Operation is UpdateOperation.Set or UpdateOperation.Clear;
}
