using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>The part of a run that one connector has for itself. Its failure is its own: the other connectors go on.</summary>
internal sealed class ConnectorRun(RunRef run, PlanResult plan, RunOptions options, PlannedConnector connector, StepRunner steps)
{
    private readonly long[] _updates = new long[plan.Shards];
    private RequestCounts _requests = new();
    private long _stateUsers;
    private long _records;

    public string Name => connector.Name;

    public FailureCause? Failure { get; private set; }

    public bool Canceled { get; private set; }

    /// <summary>True where something may have been accepted that the state does not know yet; the next run recovers it from staging.</summary>
    public bool IsUncommitted { get; private set; }

    public UserCounts Users { get; private set; } = new();

    public CatalogCounts? Catalog { get; private set; }

    public bool DeltaIsComplete { get; private set; }

    public long DuplicateLines { get; private set; }

    public long MappedUsers { get; private set; }

    public long UsersWithoutRecommendations { get; private set; }

    public long ItemsWithoutUsers { get; private set; }

    /// <param name="failureBytes">What the report's input has room for.</param>
    public ConnectorOutcome Outcome(int failureBytes) =>
        new(connector.Name, _records, Users, _requests, PayloadText.Shorten(Failure?.Message, failureBytes));

    public async Task RunAsync()
    {
        await GuardedAsync(RunStepsAsync);
        if (IsUncommitted)
        {
            await GuardedAsync(CommitAsync);
        }
    }

    private async Task GuardedAsync(Func<Task> part)
    {
        try
        {
            await part();
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            Canceled = true;
        }
        catch (FailureException e)
        {
            Failure ??= FailureCause.Of(e) is var cause && plan.Connectors.Count > 1
                ? cause with { Message = $"{connector.Name}: {cause.Message}" }
                : cause;
        }
    }

    private async Task RunStepsAsync()
    {
        var decorated = await steps.OneAsync("Decorate", () => Workflow.ExecuteActivityAsync(
            (IDecorateActivities a) => a.DecorateAsync(new ConnectorInput(run, connector.Name)),
            ActivityPolicies.Whole($"{connector.Name}: render each item once")), r => r.Bytes, connector.Name);
        Catalog = decorated.Catalog;

        await DeltaAsync();
        if (!options.OverrideGuards)
        {
            ChangeGuards.Check(plan, Users, _stateUsers);
        }

        int[] shards = [.. Enumerable.Range(0, plan.Shards).Where(i => _updates[i] > 0)];
        await steps.EachAsync("Write", connector.Name, shards, i => Workflow.ExecuteActivityAsync(
            (IWriteActivities a) => a.WriteAsync(new ShardInput(run, connector.Name, i)),
            ActivityPolicies.Piece($"{connector.Name}: write the records of {_updates[i]} users, shard {i + 1} of {plan.Shards}")), (_, written) =>
        {
            _records += written.Records;
            return written.Bytes;
        });

        // From here on the state has to learn of what happened, whatever happens.
        IsUncommitted = true;
        if (connector.Delivery != DeliveryModes.None && shards.Length > 0)
        {
            await DeliverAsync();
        }
    }

    private async Task DeltaAsync()
    {
        if (options.Limit is { } limit)
        {
            // One shard after the other, each told what is left: a limit is a total. The last ones are only counted.
            await steps.Pause.WaitAsync();
            var step = steps.Progress.Begin("Delta", connector.Name, plan.Shards);
            for (var shard = 0; shard < plan.Shards; shard++)
            {
                await steps.Pause.WaitAsync();
                steps.Progress.Advance(step, Collect(shard, await DeltaAsync(shard, Math.Max(0, limit))));
                limit -= _updates[shard];
            }
        }
        else
        {
            await steps.EachAsync("Delta", connector.Name, [.. Enumerable.Range(0, plan.Shards)], i => DeltaAsync(i, null), Collect);
        }

        DeltaIsComplete = true;
    }

    private Task<DeltaResult> DeltaAsync(int shard, long? limit) => Workflow.ExecuteActivityAsync(
        (IDeltaActivities a) => a.DeltaAsync(new DeltaInput(run, connector.Name, shard, limit)),
        ActivityPolicies.Piece($"{connector.Name}: compare with what was accepted, shard {shard + 1} of {plan.Shards}"));

    private ByteCounts Collect(int shard, DeltaResult delta)
    {
        _updates[shard] = delta.Updates;
        _stateUsers += delta.StateUsers;
        Users += delta.Users;
        DuplicateLines += delta.DuplicateLines;
        MappedUsers += delta.MappedUsers;
        UsersWithoutRecommendations += delta.UsersWithoutRecommendations;
        ItemsWithoutUsers += delta.ItemsWithoutUsers;
        return delta.Bytes;
    }

    private async Task DeliverAsync()
    {
        await steps.Pause.WaitAsync();
        var step = steps.Progress.Begin("Deliver", connector.Name, 1);
        var input = new ConnectorDeliveryInput(
            run, connector.Name, connector.Type, _updates, DeliveryRanges.Size(_updates, connector.UpdatesPerRange), connector.Delivery);
        ConnectorDeliveryResult delivered;
        try
        {
            delivered = await steps.Pause.RunChildAsync(ChildStart.WhenFreeAsync(() => Workflow.StartChildWorkflowAsync(
                (ConnectorDeliveryWorkflow delivery) => delivery.RunAsync(input),
                new ChildWorkflowOptions
                {
                    Id = ConnectorRunIds.Delivery(Workflow.Info.WorkflowId, run.RunId, connector.Name),
                    ParentClosePolicy = ParentClosePolicy.RequestCancel,
                    CancellationType = ChildWorkflowCancellationType.WaitCancellationCompleted,
                    StaticSummary = $"Delivery to {connector.Name} of run {run.RunId}",
                }), static () => { }));
        }
        finally
        {
            steps.Progress.Advance(step, new());
        }

        _requests = delivered.Requests;
        if (delivered.Unknown > 0)
        {
            throw new ApplicationFailureException(
                $"What became of {delivered.Unknown} users is unknown: the destination's answers could not be mapped to them. The next run sends them again.",
                errorType: FailureTypes.DestinationUnavailable, nonRetryable: true);
        }
    }

    // Outside the canceled scope: what was accepted is recorded whatever becomes of the run.
    private async Task CommitAsync()
    {
        var ranges = new DeliveryRanges(_updates, DeliveryRanges.Size(_updates, connector.UpdatesPerRange));
        await steps.EachAsync("CommitState", connector.Name, plan.Shards, i => Workflow.ExecuteActivityAsync(
            (ICommitStateActivities a) => a.CommitStateAsync(CommitInput(ranges, i)),
            ActivityPolicies.Uncanceled(ActivityPolicies.Piece($"{connector.Name}: record what was accepted, shard {i + 1} of {plan.Shards}"))), committed =>
        {
            Users += new UserCounts(Accepted: committed.Accepted, Rejected: committed.Rejected, Unknown: committed.Unknown);
            return committed.Bytes;
        });
        await Workflow.ExecuteActivityAsync(
            (ICommitStateActivities a) => a.CommitStateAsync(new CommitStateInput(run, connector.Name, null, null, null)),
            ActivityPolicies.Uncanceled(ActivityPolicies.Whole($"{connector.Name}: publish the state")));
        IsUncommitted = false;
    }

    private CommitStateInput CommitInput(DeliveryRanges ranges, int shard)
    {
        var (first, last) = ranges.Of(shard);
        return new(run, connector.Name, shard, first, last);
    }
}
