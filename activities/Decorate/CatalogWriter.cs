using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Leaves the catalog in staging, sorted; see <see cref="Catalog"/>.</summary>
internal sealed class CatalogWriter(RecommendedItems recommended, RenderedItems rendered, ItemRenderer renderer, bool hasMetadata)
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Writes the object.</summary>
    /// <returns>Its bytes.</returns>
    public async Task<long> WriteAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        await using var target = await SectionedWriter.CreateAsync(store, key, cancellationToken);
        var order = InOrder(out var hashes);
        using var block = new ByteWriter(BlockSize * 2);
        using var entries = new ByteWriter(Math.Max(order.Length * Catalog.EntrySize, 1));
        long done = 0;
        var inBlock = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var start = block.Length;
            var hash = Append(order[i], block);
            entries.WriteUInt64(hashes[i]);
            entries.WriteFingerprint(hash);
            entries.WriteUInt64((ulong)(done + start));
            entries.WriteUInt32((uint)(block.Length - start));
            entries.WriteUInt32(!hasMetadata || rendered.IsKnown(order[i]) ? Catalog.KnownFlag : 0);
            inBlock++;
            if (block.Length >= BlockSize)
            {
                await target.WriteAsync(Catalog.ItemsSection, block.WrittenMemory, inBlock, cancellationToken);
                done += block.Length;
                inBlock = 0;
                block.Clear();
            }
        }

        await target.WriteAsync(Catalog.ItemsSection, block.WrittenMemory, inBlock, cancellationToken);
        await target.WriteAsync(Catalog.EntriesSection, entries.WrittenMemory, order.Length, cancellationToken);
        await WriteFieldsAsync(target, block, cancellationToken);
        await WriteCodesAsync(target, block, order, cancellationToken);
        await target.CommitAsync(cancellationToken);
        return target.Length;
    }

    private Fingerprint Append(int item, ByteWriter target)
    {
        if (!rendered.IsKnown(item))
        {
            return renderer.RenderId(recommended.Ids[item], target);
        }

        rendered.CopyTo(item, target);
        return rendered.HashOf(item);
    }

    private async Task WriteFieldsAsync(SectionedWriter target, ByteWriter block, CancellationToken cancellationToken)
    {
        block.Clear();
        for (var field = 0; field < renderer.Fields.Count; field++)
        {
            block.WriteBytes(renderer.Fields[field]);
        }

        await target.WriteAsync(Catalog.FieldsSection, block.WrittenMemory, renderer.Fields.Count, cancellationToken);
    }

    private async Task WriteCodesAsync(SectionedWriter target, ByteWriter block, int[] order, CancellationToken cancellationToken)
    {
        var places = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        block.Clear();
        block.WriteUInt32((uint)recommended.FirstCodes.Count);
        foreach (var first in recommended.FirstCodes)
        {
            block.WriteUInt64((ulong)first);
        }

        await target.WriteAsync(Catalog.CodesSection, block.WrittenMemory, recommended.FirstCodes.Count, cancellationToken);
        var buffer = new byte[BlockSize];
        await foreach (var numbers in recommended.ReadCodesAsync(buffer))
        {
            RecommendedItems.Translate(buffer.AsSpan(0, numbers.Length), places);
            await target.WriteAsync(Catalog.CodesSection, numbers, numbers.Length / sizeof(uint), cancellationToken);
        }
    }

    // Items by (id hash, id), and the hashes in that order.
    private int[] InOrder(out ulong[] hashes)
    {
        var order = new int[recommended.Count];
        hashes = new ulong[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            hashes[i] = IdHash.Of(recommended.Ids[i]);
        }

        Array.Sort(hashes, order);
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && hashes[end] == hashes[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                order.AsSpan(first, end - first).Sort((a, b) => recommended.Ids[a].SequenceCompareTo(recommended.Ids[b]));
            }

            first = end;
        }

        return order;
    }
}
