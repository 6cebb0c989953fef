using System.Runtime.CompilerServices;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Objects by key below one root: a bucket or a local folder. Keys are UTF-8, separated by <c>/</c>, without a leading one.
/// Every failure is a <see cref="StorageException"/> whose message names the address and what to do.
/// </summary>
public interface IObjectStore
{
    /// <summary>The root as a person writes it: <c>s3://bucket</c> or an absolute folder; for messages.</summary>
    string Address { get; }

    /// <summary>Objects whose key starts with <paramref name="prefix"/>, in ordinal order of their UTF-8 keys. Nothing there: an empty list.</summary>
    IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The folders right below a prefix that ends with <c>/</c> (or is empty): names of the next path segment that hold at least one object,
    /// in ordinal order of UTF-8. A store that can ask for them answers without listing what is in them.
    /// </summary>
    async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var entry in ListAsync(prefix, cancellationToken))
        {
            var end = entry.Key.IndexOf('/', prefix.Length);
            if (end > 0 && entry.Key[prefix.Length..end] is var name && name != last)
            {
                last = name;
                yield return name;
            }
        }
    }

    /// <summary>The object's entry, or null.</summary>
    Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>A forward stream of the range, read as it comes.</summary>
    /// <param name="ifETag">When set and the object is another one by now: <see cref="ObjectChangedException"/>.</param>
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken);

    /// <summary>
    /// Begins an object that appears whole at <see cref="ObjectWriter.CommitAsync"/> or not at all. The condition is checked at the commit,
    /// and holds between processes.
    /// </summary>
    Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken);

    /// <summary>Deletes the object; one that is not there is deleted already.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes what killed writers left unfinished below a folder that nobody writes to any more; no listing shows it. By default nothing is left.</summary>
    /// <param name="folder">A prefix that ends with a slash.</param>
    Task DeleteUnfinishedAsync(string folder, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="Key">Below the root.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">Changes whenever the content does.</param>
/// <param name="LastModified">UTC. In the entry of a commit by this machine's clock, where the store does not tell its own without being asked again.</param>
public sealed record ObjectEntry(string Key, long Size, string ETag, DateTimeOffset LastModified);

/// <summary>Bytes from <paramref name="Offset"/> on; a null length goes to the end.</summary>
public readonly record struct ByteRange(long Offset, long? Length)
{
    public static ByteRange All => default;

    public static ByteRange From(long offset) => new(offset, null);
}

/// <summary>When a put may replace what is there.</summary>
public abstract record PutCondition
{
    private PutCondition()
    {
    }

    /// <summary>Replace whatever is there.</summary>
    public static PutCondition None { get; } = new Unconditional();

    /// <summary>Only if no object has the key.</summary>
    public static PutCondition IfAbsent { get; } = new Absent();

    /// <summary>Only if the object still has this ETag.</summary>
    public static PutCondition IfUnchanged(string etag) => new Unchanged(etag);

    public sealed record Unconditional : PutCondition;

    public sealed record Absent : PutCondition;

    public sealed record Unchanged(string ETag) : PutCondition;
}
