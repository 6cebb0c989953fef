using System.Buffers.Binary;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>
/// Every item that is recommended in the run, once, by number of first sight; and, in scratch, the number behind each code of each dictionary.
/// </summary>
internal sealed class RecommendedItems(FileStream codes) : IAsyncDisposable
{
    private readonly List<long> _firstCodes = [];
    private long _codes;

    /// <summary>The items' numbers.</summary>
    public IdTable Ids { get; } = new();

    /// <summary>How many items are recommended.</summary>
    public int Count => Ids.Count;

    /// <summary>Bytes of dictionaries read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>First code of each dictionary.</summary>
    public IReadOnlyList<long> FirstCodes => _firstCodes;

    public async Task ReadAsync(OpenedRun run, StepContext context)
    {
        if (run.Plan.ItemKeyed)
        {
            await ReadAsync(run.Store, run.Keys.Table, ItemTable.DictionarySection, context);
        }
        else
        {
            for (var chunk = 0; chunk < run.Plan.Chunks.Count; chunk++)
            {
                await ReadAsync(run.Store, run.Keys.Chunk(chunk), ChunkSections.Dictionary, context);
            }
        }
    }

    /// <summary>The numbers behind all codes, dictionary after dictionary, as blocks of little-endian u32.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadCodesAsync(byte[] buffer)
    {
        codes.Position = 0;
        while (await codes.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false) is var read and > 0)
        {
            yield return buffer.AsMemory(0, read);
        }
    }

    public ValueTask DisposeAsync() => codes.DisposeAsync();

    private async Task ReadAsync(IObjectStore store, string key, int section, StepContext context)
    {
        using var dictionary = new ByteWriter(64 * 1024);
        var source = await SectionedObject.OpenAsync(store, key, context.CancellationToken);
        await source.ReadAsync(section, dictionary, context.CancellationToken);
        using var numbers = new ByteWriter(64 * 1024);
        AddAll(dictionary.Written, numbers);
        _firstCodes.Add(_codes);
        _codes += numbers.Length / sizeof(uint);
        BytesRead += dictionary.Length;
        await codes.WriteAsync(numbers.WrittenMemory, context.CancellationToken);
        context.Report(BytesRead, 0);
    }

    private void AddAll(ReadOnlySpan<byte> dictionary, ByteWriter numbers)
    {
        var reader = new ByteReader(dictionary);
        while (!reader.AtEnd)
        {
            numbers.WriteUInt32((uint)Ids.GetOrAdd(reader.ReadBytes()));
        }
    }

    /// <summary>Replaces numbers by what <paramref name="places"/> has for them.</summary>
    public static void Translate(Span<byte> numbers, ReadOnlySpan<int> places)
    {
        for (var at = 0; at < numbers.Length; at += sizeof(uint))
        {
            var number = (int)BinaryPrimitives.ReadUInt32LittleEndian(numbers[at..]);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers[at..], (uint)places[number]);
        }
    }
}
