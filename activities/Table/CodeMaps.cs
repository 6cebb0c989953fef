using System.Buffers.Binary;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Table;

/// <summary>
/// One dictionary of all chunks' dictionaries, and for each chunk the way from its codes to the common ones. The ways are chunks times items,
/// so they lie in a mapped scratch file.
/// </summary>
internal sealed class CodeMaps(FileStream spool) : IDisposable
{
    private readonly List<long> _starts = [];
    private MappedFile? _map;

    public IdTable Items { get; } = new();

    /// <summary>Takes the next chunk's dictionary in.</summary>
    /// <returns>Bytes read.</returns>
    public async Task<long> AddAsync(SectionedObject chunk, CancellationToken cancellationToken)
    {
        _starts.Add(spool.Position);
        using var block = new ByteWriter();
        using var codes = new ByteWriter();
        foreach (var part in chunk.Index.Of(ChunkSections.Dictionary))
        {
            block.Clear();
            codes.Clear();
            await chunk.ReadAsync(part, block, cancellationToken);
            Translate(block.Written, codes);
            await spool.WriteAsync(codes.WrittenMemory, cancellationToken);
        }

        return chunk.Index.LengthOf(ChunkSections.Dictionary);
    }

    /// <summary>Ends adding.</summary>
    public void Seal() => _map = new MappedFile(spool);

    /// <summary>The common code of a chunk's code.</summary>
    public int Of(int chunk, int code) => (int)BinaryPrimitives.ReadUInt32LittleEndian(_map!.Slice(_starts[chunk] + ((long)code * sizeof(uint)), sizeof(uint)));

    public void Dispose()
    {
        _map?.Dispose();
        spool.Dispose();
    }

    private void Translate(ReadOnlySpan<byte> dictionary, ByteWriter codes)
    {
        var reader = new ByteReader(dictionary);
        while (!reader.AtEnd)
        {
            codes.WriteUInt32((uint)Items.GetOrAdd(reader.ReadBytes()));
        }
    }
}
