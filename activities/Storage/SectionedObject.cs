using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A sectioned staging object in a store: its index, and its sections by range reads.</summary>
public sealed class SectionedObject
{
    private readonly IObjectStore _store;
    private readonly ObjectEntry _entry;

    private SectionedObject(IObjectStore store, ObjectEntry entry, SectionIndex index)
    {
        _store = store;
        _entry = entry;
        Index = index;
    }

    public SectionIndex Index { get; }

    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    /// <exception cref="InvalidDataException">Not a sectioned object.</exception>
    public static async Task<SectionedObject> OpenAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        var entry = await store.FindAsync(key, cancellationToken)
            ?? throw new ObjectNotFoundException($"{store.Address}/{key} is missing: an earlier step of this run wrote it. Run the job again.");
        var trailer = await ReadAsync(store, entry, Math.Max(0, entry.Size - SectionIndex.TrailerSize), SectionIndex.TrailerSize, cancellationToken);
        var size = SectionIndex.SizeOf(trailer);
        if (size > entry.Size)
        {
            throw new InvalidDataException($"{store.Address}/{key} is shorter than its own index.");
        }

        return new(store, entry, SectionIndex.Read(await ReadAsync(store, entry, entry.Size - size, (int)size, cancellationToken)));
    }

    /// <summary>Appends all blocks of a section to the buffer, checked.</summary>
    public async Task ReadAsync(int section, ByteWriter target, CancellationToken cancellationToken)
    {
        foreach (var block in Index.Of(section))
        {
            await ReadAsync(block, target, cancellationToken);
        }
    }

    /// <summary>Appends one block to the buffer, checked.</summary>
    public async Task ReadAsync(SectionIndex.Block block, ByteWriter target, CancellationToken cancellationToken)
    {
        var length = checked((int)block.Length);
        await using var stream = await _store.OpenAsync(_entry.Key, new ByteRange(block.Offset, length), _entry.ETag, cancellationToken);
        var memory = target.GetMemory(length)[..length];
        await stream.ReadExactlyAsync(memory, cancellationToken);
        SectionIndex.Check(block, memory.Span);
        target.Advance(length);
    }

    private static async Task<byte[]> ReadAsync(IObjectStore store, ObjectEntry entry, long offset, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(length, entry.Size - offset)];
        await using var stream = await store.OpenAsync(entry.Key, new ByteRange(offset, bytes.Length), entry.ETag, cancellationToken);
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
