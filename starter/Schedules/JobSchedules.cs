using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>The schedules of jobs on the configured service; a job has one, under an id of its own.</summary>
internal sealed class JobSchedules(ConfiguredService service)
{
    private const string WorkflowType = "ConnectorJob";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <exception cref="ConnectorException">No service is configured; exit code 2.</exception>
    /// <exception cref="TemporalUnreachableException">It is not there.</exception>
    public static async Task<JobSchedules> ConnectAsync(CancellationToken cancellationToken) =>
        await Output.Patience.ShowAsync("Connecting to Temporal", _ => ConfiguredService.ConnectAsync(cancellationToken)) is { } service
            ? new(service)
            : throw new ConnectorException(
                FailureTypes.InvalidInput,
                "Schedules need a Temporal service: set TEMPORAL_ADDRESS, or a profile in temporal.toml. Without one, a run brings an engine of its own, which is not durable and has no schedules.",
                transient: false);

    public Task<ScheduleDocument> CreateAsync(ScheduleRequest request, CancellationToken cancellationToken) => RefusableAsync(async () =>
    {
        var scheduleId = JobId.ScheduleOf(request.Run.JobPath);
        var schedule = request.ToSchedule();
        try
        {
            await service.Client.CreateScheduleAsync(scheduleId, schedule, new ScheduleOptions { Rpc = Rpc(cancellationToken) });
        }
        catch (ScheduleAlreadyRunningException) when (request.Replace)
        {
            // A paused schedule stays so: whoever paused it did not ask for another one.
            await service.Client.GetScheduleHandle(scheduleId).UpdateAsync(
                now => new ScheduleUpdate(schedule with { State = schedule.State with { Paused = now.Description.Schedule.State.Paused } }), Rpc(cancellationToken));
        }
        catch (ScheduleAlreadyRunningException)
        {
            throw new ScheduleException($"The job has a schedule already, \"{scheduleId}\". \"schedule describe\" shows it; --replace puts this one in its place.");
        }

        return await DescribeAsync(request.Run.JobPath, cancellationToken);
    });

    /// <exception cref="ScheduleException">The job has none.</exception>
    public Task<ScheduleDocument> DescribeAsync(string jobPath, CancellationToken cancellationToken) => FoundAsync(
        jobPath, async handle => await ScheduleDocument.OfAsync(await handle.DescribeAsync(Rpc(cancellationToken))));

    /// <summary>Every schedule of the namespace that starts a <c>ConnectorJob</c>, also those that others have made, by job.</summary>
    public async Task<SchedulesDocument> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<ScheduleDocument>();
        await foreach (var listed in service.Client.ListSchedulesAsync(new ScheduleListOptions { Rpc = Rpc(cancellationToken) }))
        {
            // What is listed may be gone by now, or be new enough to have no details yet.
            if (listed.Schedule?.Action is not ScheduleListActionStartWorkflow { Workflow: WorkflowType })
            {
                continue;
            }

            try
            {
                found.Add(await ScheduleDocument.OfAsync(await service.Client.GetScheduleHandle(listed.Id).DescribeAsync(Rpc(cancellationToken))));
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
            }
        }

        return new(
            service.Address, service.Client.Options.Namespace,
            [.. found.OrderBy(s => s.JobPath, StringComparer.Ordinal).ThenBy(s => s.ScheduleId, StringComparer.Ordinal)]);
    }

    /// <param name="note">Takes the place of the schedule's note.</param>
    public Task<ScheduleDocument> PauseAsync(string jobPath, string note, CancellationToken cancellationToken) => FoundAsync(jobPath, async handle =>
    {
        await handle.PauseAsync(note, Rpc(cancellationToken));
        return await DescribeAsync(jobPath, cancellationToken);
    });

    /// <param name="note">Takes the place of the schedule's note.</param>
    public Task<ScheduleDocument> ResumeAsync(string jobPath, string note, CancellationToken cancellationToken) => FoundAsync(jobPath, async handle =>
    {
        await handle.UnpauseAsync(note, Rpc(cancellationToken));
        return await DescribeAsync(jobPath, cancellationToken);
    });

    /// <param name="overlap">One of <see cref="OverlapWords.All"/>; null for the schedule's own.</param>
    public Task<FiringsDocument> TriggerAsync(string jobPath, string? overlap, CancellationToken cancellationToken) => FoundAsync(jobPath, async handle =>
    {
        var before = await handle.DescribeAsync(Rpc(cancellationToken));
        var options = new ScheduleTriggerOptions { Rpc = Rpc(cancellationToken) };
        if (overlap is not null)
        {
            options.Overlap = OverlapWords.Policy(overlap);
        }

        await handle.TriggerAsync(options);
        return await SettleAsync(jobPath, handle, before.Info, 1, cancellationToken);
    });

    public Task<FiringsDocument> BackfillAsync(string jobPath, BackfillSpan span, CancellationToken cancellationToken) => FoundAsync(jobPath, async handle =>
    {
        var before = await handle.DescribeAsync(Rpc(cancellationToken));
        var firings = await CountAsync(handle, span, cancellationToken);
        if (firings == 0)
        {
            throw new ScheduleException($"The schedule does not fire between {Words.Time(span.From)} and {Words.Time(span.To)}. There is nothing to make up for.");
        }

        await handle.BackfillAsync([span.ToBackfill()], Rpc(cancellationToken));
        return await SettleAsync(jobPath, handle, before.Info, firings, cancellationToken);
    });

    public Task<ScheduleDeletedDocument> DeleteAsync(string jobPath, CancellationToken cancellationToken) => FoundAsync(jobPath, async handle =>
    {
        await handle.DeleteAsync(Rpc(cancellationToken));
        return new ScheduleDeletedDocument(handle.Id, jobPath);
    });

    private async Task<long> CountAsync(ScheduleHandle handle, BackfillSpan span, CancellationToken cancellationToken) =>
        (await service.Client.WorkflowService.ListScheduleMatchingTimesAsync(
            new()
            {
                Namespace = service.Client.Options.Namespace,
                ScheduleId = handle.Id,
                StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(span.After),
                EndTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(span.To),
            },
            Rpc(cancellationToken))).StartTime.Count;

    // The service answers before it has decided; what a policy holds back for later is not waited for.
    private static async Task<FiringsDocument> SettleAsync(
        string jobPath, ScheduleHandle handle, ScheduleInfo before, long firings, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var info = (await handle.DescribeAsync(Rpc(cancellationToken))).Info;
            var (started, skipped) = (info.NumActions - before.NumActions, info.NumActionsSkippedOverlap - before.NumActionsSkippedOverlap);
            if (started + skipped >= firings || TimeProvider.System.GetElapsedTime(start) > (started + skipped > 0 ? Patience / 10 : Patience))
            {
                return new(
                    handle.Id, jobPath, firings,
                    [.. info.RecentActions.TakeLast((int)Math.Min(started, int.MaxValue)).Select(a => a.Action).OfType<ScheduleActionExecutionStartWorkflow>().Select(a => a.WorkflowId)],
                    skipped);
            }

            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }
    }

    private Task<T> FoundAsync<T>(string jobPath, Func<ScheduleHandle, Task<T>> work) => RefusableAsync(async () =>
    {
        var scheduleId = JobId.ScheduleOf(jobPath);
        try
        {
            return await work(service.Client.GetScheduleHandle(scheduleId));
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new ScheduleException(
                $"Temporal at {service.Address} has no schedule \"{scheduleId}\" of this job. \"schedule create\" makes one; \"schedule list\" shows those there are.");
        }
    });

    private static async Task<T> RefusableAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.InvalidArgument)
        {
            throw new ConnectorException(FailureTypes.InvalidInput, $"Temporal refuses the schedule: {e.Message.TrimEnd('.')}.", transient: false);
        }
    }

    private static RpcOptions Rpc(CancellationToken cancellationToken) => new() { Timeout = Patience, CancellationToken = cancellationToken };
}

/// <summary>There is no such schedule, or one already; exit code 1.</summary>
internal sealed class ScheduleException(string message) : ConnectorException("Schedule", message, transient: false);
