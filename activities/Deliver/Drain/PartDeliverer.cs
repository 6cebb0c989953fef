using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Delivers the parts of a connector that something else wrote, in the order of writing, each version once.</summary>
internal sealed class PartDeliverer(IJobLocator locator, QueueDrainer drainer)
{
    /// <param name="earlier">What attempts before this one counted.</param>
    /// <exception cref="ConnectorException">A destination that refuses or stays away, the guard of rejections, the store.</exception>
    /// <exception cref="OperationCanceledException">The run was canceled, or the worker leaves; what is not delivered stays noted.</exception>
    public async Task<DeliverPartsResult> RunAsync(DeliverPartsInput input, PartCounts earlier, StepContext context)
    {
        var job = locator.Open(input.JobPath);
        var pending = new PendingParts(job, input.Connector);
        var counts = earlier;
        var completed = context.Completing(position => position with { Parts = counts });
        // So that an attempt which is killed in its first part loses no counts of those before.
        completed.Report(0, 0);
        while (await pending.ReadAsync(context.CancellationToken) is { Count: > 0 } parts)
        {
            foreach (var part in parts)
            {
                if (!await pending.IsDoneAsync(part, context.CancellationToken))
                {
                    counts += await DeliverAsync(input, job, part, completed);
                }

                await pending.SettleAsync(part, context.CancellationToken);
                completed.Report(0, 0);
            }
        }

        return new(counts);
    }

    private async Task<PartCounts> DeliverAsync(DeliverPartsInput input, JobLocation job, PendingPart part, StepContext context)
    {
        if (await OpenAsync(job, part, context.CancellationToken) is not { } content)
        {
            return new(Gone: 1);
        }

        await using var lines = new PartLines(part.Key, content, part.At);
        var records = await drainer.SendAsync(input.JobPath, input.Connector, lines, context, lines.Over);
        // A drain that is stopped ends well, with lines left.
        context.CancellationToken.ThrowIfCancellationRequested();
        context.Stopping.ThrowIfCancellationRequested();
        return new(Delivered: 1, Damaged: lines.IsDamaged ? 1 : 0, Records: records);
    }

    /// <returns>Null where the object is gone, or is another version by now, whose own event tells of it.</returns>
    private static async Task<Stream?> OpenAsync(JobLocation job, PendingPart part, CancellationToken cancellationToken)
    {
        try
        {
            return await job.Store.FindAsync(part.Key, cancellationToken) is { Size: > 0 } entry && (part.ETag.Length == 0 || entry.ETag.Trim('"') == part.ETag)
                ? await job.Store.OpenAsync(part.Key, ByteRange.All, entry.ETag, cancellationToken)
                : null;
        }
        catch (Exception e) when (e is ObjectNotFoundException or ObjectChangedException)
        {
            return null;
        }
    }
}
