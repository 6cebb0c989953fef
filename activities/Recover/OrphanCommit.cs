using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Recover;

/// <summary>Takes the outcomes of an interrupted run into the state, connector by connector, shard by shard.</summary>
public sealed partial class OrphanCommit(StatePublisher publisher, ILogger<OrphanCommit> logger)
{
    // A plan names files and chunks; the largest listing that a job may have is far below.
    private const int MaxPlanBytes = 256 * 1024 * 1024;

    public async Task<TakenOver> RunAsync(JobLocation job, Orphan orphan, string holder, StepContext context)
    {
        long users = 0;
        var damaged = new SortedSet<string>(StringComparer.Ordinal);
        var delivered = ConnectorsOf(orphan, "/outcomes/");
        foreach (var connector in delivered.Union(ConnectorsOf(orphan, "/commit/"), StringComparer.Ordinal))
        {
            try
            {
                users += delivered.Contains(connector) ? await TakeOverAsync(job, orphan, connector, holder, context) : 0;

                // Files that a commit left behind, be it the run's own or that of a recovery that was interrupted itself.
                await publisher.RemoveUnnamedAsync(job, connector, holder, context.CancellationToken);
            }
            catch (ConnectorException e) when (e.Type == FailureTypes.DamagedState)
            {
                // The connector's own delta refuses until somebody repairs it; the others have nothing to do with it.
                damaged.Add(connector);
                LogDamagedState(orphan.Keys.RunId, connector, e);
            }
        }

        return new(users, damaged);
    }

    private async Task<long> TakeOverAsync(JobLocation job, Orphan orphan, string connector, string holder, StepContext context) =>
        // A connector whose manifest names the run was committed before the run ended.
        !await StatePublisher.IsPublishedAsync(job, connector, orphan.Keys.RunId, context.CancellationToken)
        && await ReadPlanAsync(job, orphan, context.CancellationToken) is { } plan
            ? await CommitAsync(job, orphan, plan, connector, holder, context)
            : 0;

    private static SortedSet<string> ConnectorsOf(Orphan orphan, string folder)
    {
        var start = orphan.Keys.Staging.Length;
        return new(
            orphan.Staged
                .Select(key => (Key: key, End: key.IndexOf(folder, start, StringComparison.Ordinal)))
                .Where(x => x.End > start && x.Key.IndexOf('/', start) == x.End)
                .Select(x => x.Key[start..x.End]),
            StringComparer.Ordinal);
    }

    private async Task<long> CommitAsync(
        JobLocation job, Orphan orphan, RunPlan plan, string connector, string holder, StepContext context)
    {
        var damaged = new SortedSet<string>(StringComparer.Ordinal);
        var log = new OutcomeSegments(job.Store, orphan.Keys, connector, key => damaged.Add(key));
        var (rangesOf, names) = await SurveyAsync(log, context);
        var marks = new List<CommitMark>(plan.Shards);
        for (var shard = 0; shard < plan.Shards; shard++)
        {
            context.Report(shard, plan.Shards);
            var outcomes = new ShardOutcomes();
            foreach (var range in rangesOf.GetValueOrDefault(shard, []))
            {
                await foreach (var segment in log.ReadAsync(range, context.CancellationToken))
                {
                    outcomes.Add(segment, shard);
                }
            }

            var commit = new ShardCommit(
                job, orphan.Keys, plan.StartedAt, connector, plan.ShardBits, shard, outcomes, key => damaged.Add(key));
            if (await StateCommit.RunAsync(commit, context) is not { } mark)
            {
                // The interrupted run's own publication, under way all the time, came first.
                return 0;
            }

            marks.Add(mark);
        }

        await publisher.PublishAsync(job, connector, orphan.Keys.RunId, holder, marks, names, context.CancellationToken);
        var accepted = marks.Sum(m => m.Accepted);
        LogRecovered(orphan.Keys.RunId, connector, accepted);
        if (damaged.Count > 0)
        {
            LogDamaged(orphan.Keys.RunId, connector, damaged.Count, damaged.Min!, marks.Sum(m => m.Unsettled));
        }

        return accepted;
    }

    /// <summary>Which ranges settle updates of which shard, so that no range is read for a shard that it does not touch.</summary>
    private static async Task<(Dictionary<int, SortedSet<int>> RangesOf, SortedSet<string> Names)> SurveyAsync(OutcomeSegments log, StepContext context)
    {
        var rangesOf = new Dictionary<int, SortedSet<int>>();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var range in await log.RangesAsync(context.CancellationToken))
        {
            await foreach (var segment in log.ReadAsync(range, context.CancellationToken))
            {
                context.Report(0, 0);
                names.UnionWith(segment.AttributeNames);
                foreach (var shard in segment.Settled.Select(s => s.Shard))
                {
                    if (!rangesOf.TryGetValue(shard, out var ranges))
                    {
                        rangesOf.Add(shard, ranges = []);
                    }

                    ranges.Add(range);
                }
            }
        }

        return (rangesOf, names);
    }

    private async Task<RunPlan?> ReadPlanAsync(JobLocation job, Orphan orphan, CancellationToken cancellationToken)
    {
        try
        {
            return RunPlan.Parse(await job.Store.ReadAllAsync(orphan.Keys.Plan, MaxPlanBytes, cancellationToken));
        }
        catch (Exception e) when (e is ObjectNotFoundException or InvalidDataException)
        {
            LogNoPlan(orphan.Keys.RunId, e);
            return null;
        }
    }

    [LoggerMessage(4100, LogLevel.Information, "Interrupted run {Run}, connector {Connector}: {Users} accepted users taken into the sync state.")]
    private partial void LogRecovered(string run, string connector, long users);

    [LoggerMessage(
        4101, LogLevel.Warning,
        "Interrupted run {Run}, connector {Connector}: {Objects} objects of its staging are missing or damaged, the first is {Key}. The readable ones "
        + "were taken into the sync state; up to {Users} users may be sent again, which repeats absolute values.")]
    private partial void LogDamaged(string run, string connector, int objects, string key, long users);

    [LoggerMessage(
        4102, LogLevel.Warning,
        "Interrupted run {Run} has outcomes but no readable plan: they cannot be taken into the sync state. The users it sent may be sent again, "
        + "which repeats absolute values.")]
    private partial void LogNoPlan(string run, Exception cause);

    [LoggerMessage(
        4103, LogLevel.Error,
        "Interrupted run {Run}, connector {Connector}: the sync state is damaged, so what was accepted cannot be taken into it. It stays in staging for a "
        + "later run; the other connectors go on.")]
    private partial void LogDamagedState(string run, string connector, Exception cause);
}

/// <summary>What became of an interrupted run's outcomes.</summary>
/// <param name="Users">Users whose accepted updates were taken over.</param>
/// <param name="Damaged">Connectors whose outcomes could not be, because their state is damaged.</param>
public sealed record TakenOver(long Users, IReadOnlyCollection<string> Damaged);
