using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Writes a sectioned staging object block by block; see <see cref="SectionIndex"/>.</summary>
public sealed class SectionedWriter(ObjectWriter target) : IAsyncDisposable
{
    private readonly SectionIndex _index = new();

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public static async Task<SectionedWriter> CreateAsync(IObjectStore store, string key, CancellationToken cancellationToken) =>
        new(await store.CreateAsync(key, PutCondition.None, cancellationToken));

    /// <summary>Appends a block; an empty one is not written.</summary>
    public async Task WriteAsync(int section, ReadOnlyMemory<byte> block, long items, CancellationToken cancellationToken)
    {
        if (block.IsEmpty)
        {
            return;
        }

        _index.Add(section, Length, block.Span, items);
        await target.Stream.WriteAsync(block, cancellationToken);
        Length += block.Length;
    }

    /// <summary>Writes the index and makes the object appear.</summary>
    public async Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken)
    {
        using var end = new ByteWriter();
        _index.Write(end);
        await target.Stream.WriteAsync(end.WrittenMemory, cancellationToken);
        Length += end.Length;
        return await target.CommitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => target.DisposeAsync();
}
