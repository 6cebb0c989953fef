namespace PersonalizeConnectors.Activities.Storage;

/// <summary>An object being written. Disposing without a commit leaves nothing behind.</summary>
public abstract class ObjectWriter : IAsyncDisposable
{
    /// <summary>Where the bytes go; owned by the writer.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Makes the object appear, durably.</summary>
    /// <exception cref="PutConflictException">
    /// The condition did not hold; nothing was replaced. Or it held, the answer was lost on its way, and somebody who had read the object has replaced it since.
    /// </exception>
    public abstract Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
