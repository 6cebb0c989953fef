using System.Runtime.CompilerServices;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The batches of a range of updates.</summary>
internal sealed class RangeBatches(RangeReader reader, BatchBuilder builder, BatchFiller filler, IOutcomes log) : IBatchSource
{
    public async IAsyncEnumerable<Batch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in reader.ReadAsync(cancellationToken))
        {
            builder.Begin(block);
            while (builder.Fill() is { } batch)
            {
                yield return batch;
            }

            await log.WaitUntilWrittenAsync(cancellationToken);
        }

        if (filler.Finish() is { } last)
        {
            yield return last;
        }
    }
}
