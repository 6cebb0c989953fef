using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.CommitState;

/// <summary>Takes a run's outcomes into the sync state: first every shard, then the manifest.</summary>
public sealed class StateCommitter(IRunOpener opener, StatePublisher publisher)
{
    // Marks are small; so many reads are under way at once.
    private const int MarksAtOnce = 16;

    // A mark holds a few numbers, and attribute names: thousands of them fit.
    private const int MaxMarkBytes = 16 * 1024 * 1024;

    public async Task<CommitStateResult> RunAsync(CommitStateInput input, StepContext context)
    {
        var run = await opener.OpenAsync(input.Run, context.CancellationToken);
        return input.Shard is { } shard ? await CommitShardAsync(run, input, shard, context) : await PublishAsync(run, input, context);
    }

    private static async Task<CommitStateResult> CommitShardAsync(OpenedRun run, CommitStateInput input, int shard, StepContext context)
    {
        var (outcomes, names) = await ReadOutcomesAsync(run, input, shard, context);
        var commit = new ShardCommit(run.Job, run.Keys, run.Plan.StartedAt, input.Connector, run.Plan.ShardBits, shard, outcomes);
        if (await StateCommit.RunAsync(commit, context) is not { } mark)
        {
            // An attempt that comes late: the file under the shard's key is the state by now.
            return ResultOf([await ReadMarkAsync(run, input.Connector, shard, context.CancellationToken)]);
        }

        mark = mark with { AttributeNames = [.. names] };
        await run.Store.PutAsync(run.Keys.CommitMark(input.Connector, shard), mark.ToJson(), PutCondition.None, context.CancellationToken);
        return ResultOf([mark]);
    }

    private static async Task<(ShardOutcomes Outcomes, SortedSet<string> Names)> ReadOutcomesAsync(
        OpenedRun run, CommitStateInput input, int shard, StepContext context)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (run.Connector(input.Connector).Delivery == DeliveryMode.None)
        {
            // The parts are the delivery: a shard whose parts were not all written has delivered nothing.
            var isWritten = await run.Store.FindAsync(run.Keys.PartList(input.Connector, shard), context.CancellationToken) is not null;
            return (isWritten ? ShardOutcomes.AllAccepted : new ShardOutcomes(), names);
        }

        var outcomes = new ShardOutcomes();
        var log = new OutcomeSegments(run.Store, run.Keys, input.Connector, onDamaged: null);
        for (var range = input.FirstRange ?? 0; range <= (input.FirstRange is null ? -1 : input.LastRange ?? input.FirstRange); range++)
        {
            context.Report(0, 0);
            await foreach (var segment in log.ReadAsync(range, context.CancellationToken))
            {
                outcomes.Add(segment, shard);
                names.UnionWith(segment.AttributeNames);
            }
        }

        return (outcomes, names);
    }

    private async Task<CommitStateResult> PublishAsync(OpenedRun run, CommitStateInput input, StepContext context)
    {
        var marks = new List<CommitMark>(run.Plan.Shards);
        foreach (var shards in Enumerable.Range(0, run.Plan.Shards).Chunk(MarksAtOnce))
        {
            context.Report(marks.Count, run.Plan.Shards);
            marks.AddRange(await Task.WhenAll(shards.Select(s => ReadMarkAsync(run, input.Connector, s, context.CancellationToken))));
        }

        await publisher.PublishAsync(
            run.Job, input.Connector, run.Keys.RunId, run.Keys.RunId, marks, marks.SelectMany(m => m.AttributeNames), context.CancellationToken);
        return ResultOf(marks) with { Bytes = new() };
    }

    private static async Task<CommitMark> ReadMarkAsync(OpenedRun run, string connector, int shard, CancellationToken cancellationToken) =>
        CommitMark.Parse(await run.Store.ReadAllAsync(run.Keys.CommitMark(connector, shard), MaxMarkBytes, cancellationToken));

    private static CommitStateResult ResultOf(IReadOnlyList<CommitMark> marks) => new(
        marks.Sum(m => m.Accepted), marks.Sum(m => m.Rejected), marks.Sum(m => m.Unknown), marks.Sum(m => m.File.Users),
        new ByteCounts(marks.Sum(m => m.BytesIn), marks.Sum(m => m.BytesOut)));
}
