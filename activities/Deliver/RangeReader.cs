using System.Runtime.CompilerServices;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Reads a range's updates block by block, beginning at the block that holds its first one.</summary>
internal sealed class RangeReader(OpenedRun run, string connector, UpdateRange range) : IDisposable
{
    private readonly ByteWriter _bytes = new(256 * 1024);

    /// <summary>Blocks in order; the bytes of one are valid until the next is asked for.</summary>
    public async IAsyncEnumerable<UpdateBlock> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = range.Count;
        var skip = range.Skip;
        for (var shard = range.FirstShard; left > 0; shard++, skip = 0)
        {
            if (shard >= run.Plan.Shards)
            {
                throw new InvalidDataException($"Range {range.Number} of connector {connector} asks for {left} updates more than the run has.");
            }

            var updates = await SectionedObject.OpenAsync(run.Store, run.Keys.Updates(connector, shard), cancellationToken);
            var first = 0L;
            foreach (var block in updates.Index.Of(UpdateRecord.Section))
            {
                if (left == 0)
                {
                    break;
                }

                var before = Math.Clamp(skip - first, 0, block.Items);
                var take = Math.Min(block.Items - before, left);
                if (take > 0)
                {
                    _bytes.Clear();
                    await updates.ReadAsync(block, _bytes, cancellationToken);
                    yield return new(_bytes.WrittenMemory, shard, first, (int)before, (int)take);
                }

                first += block.Items;
                left -= take;
            }
        }
    }

    public void Dispose() => _bytes.Dispose();
}

/// <param name="First">Number of the block's first record among its shard's.</param>
/// <param name="Skip">Records of the block before the range.</param>
/// <param name="Take">Records of the block in the range.</param>
internal readonly record struct UpdateBlock(ReadOnlyMemory<byte> Bytes, int Shard, long First, int Skip, int Take);
