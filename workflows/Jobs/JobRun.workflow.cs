using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>One run from Recover to Report.</summary>
internal sealed class JobRun(RunRef run, DateTimeOffset startedAt, RunOptions options, RunProgress progress, PauseSwitch pause)
{
    // Of the 4 KB of a payload, the report's counts of four connectors take three; those of more are staged, one after the other.
    private const int MostInReport = 4;
    private const int ReportFailureBytes = 450;
    private const int ResultFailureBytes = 2000;

    private readonly StepRunner _steps = new(progress, pause);
    private readonly List<ConnectorRun> _connectors = [];
    private LineCounts _lines = new();
    private MappingCounts? _mapping;
    private PlanResult? _plan;

    public async Task<ConnectorJobResult> RunAsync()
    {
        FailureCause? failure = null;
        var canceled = false;
        try
        {
            await RunStepsAsync();
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            canceled = true;
        }
        catch (FailureException e)
        {
            failure = FailureCause.Of(e);
        }

        if (failure is { IsBeforeAnything: true } && _plan is null)
        {
            throw Failed(failure, null);
        }

        failure ??= _connectors.Select(c => c.Failure).FirstOrDefault(f => f is not null);
        return await FinishAsync(failure, canceled || _connectors.Exists(c => c.Canceled));
    }

    private async Task RunStepsAsync()
    {
        progress.Name();
        var recovered = await _steps.OneAsync("Recover", () => Workflow.ExecuteActivityAsync(
            (IRecoverActivities a) => a.RecoverAsync(new RecoverInput(run, Workflow.Info.WorkflowId)),
            ActivityPolicies.Whole("Take over what interrupted runs had accepted")), _ => new());
        progress.Register(recovered.SearchAttributes);

        _plan = await _steps.OneAsync("Plan", () => Workflow.ExecuteActivityAsync(
            (IPlanActivities a) => a.PlanAsync(new PlanInput(run, startedAt, options)),
            ActivityPolicies.Whole("Resolve inputs, cut them into chunks")), _ => new());
        progress.Describe(run.JobPath, _plan.JobType);

        await _steps.EachAsync("Load", null, _plan.Chunks, i => Workflow.ExecuteActivityAsync(
            (ILoadActivities a) => a.LoadAsync(new ChunkInput(run, i)),
            ActivityPolicies.Piece($"Read chunk {i + 1} of {_plan.Chunks} of the batch output")), loaded =>
        {
            _lines += loaded.Lines;
            return loaded.Bytes;
        });

        await _steps.OneAsync("SplitErrors", () => Workflow.ExecuteActivityAsync(
            (ISplitErrorsActivities a) => a.SplitErrorsAsync(new SplitErrorsInput(run, _lines)),
            ActivityPolicies.Whole("Group errors, look at the guards")), r => r.Bytes);

        if (_plan.ItemKeyed)
        {
            await JoinAsync(_plan);
        }

        _connectors.AddRange(_plan.Connectors.Select(c => new ConnectorRun(run, _plan, options, c, _steps)));
        await Workflow.WhenAllAsync(_connectors.Select(c => c.RunAsync()));
        CountDistinct();
    }

    private async Task JoinAsync(PlanResult plan)
    {
        var table = await _steps.OneAsync("Table", () => Workflow.ExecuteActivityAsync(
            (ITableActivities a) => a.TableAsync(new TableInput(run)),
            ActivityPolicies.Whole("Query item → recommended items")), r => r.Bytes);
        _lines += new LineCounts(Duplicates: table.Duplicates);

        _mapping = new();
        await _steps.EachAsync("Join", null, plan.MappingChunks, i => Workflow.ExecuteActivityAsync(
            (IJoinActivities a) => a.JoinAsync(new ChunkInput(run, i)),
            ActivityPolicies.Piece($"Match users to query items, mapping chunk {i + 1} of {plan.MappingChunks}")), joined =>
        {
            _mapping = _mapping with { Rows = _mapping.Rows + joined.Rows, Malformed = _mapping.Malformed + joined.Malformed };
            return joined.Bytes;
        });
    }

    // Every connector's Delta counts the same users of the mapping and the same replaced lines; one that finished stands for all.
    private void CountDistinct()
    {
        var counted = _connectors.FirstOrDefault(c => c.DeltaIsComplete);
        if (counted is null)
        {
            return;
        }

        _lines += new LineCounts(Duplicates: counted.DuplicateLines);
        if (_mapping is not null)
        {
            _mapping = _mapping with
            {
                Users = counted.MappedUsers,
                UsersWithoutRecommendations = counted.UsersWithoutRecommendations,
                ItemsWithoutUsers = counted.ItemsWithoutUsers,
            };
        }
    }

    private async Task<ConnectorJobResult> FinishAsync(FailureCause? failure, bool canceled)
    {
        await pause.WaitAsync();
        var users = _connectors.Aggregate(new UserCounts(), (sum, c) => sum + c.Users);
        progress.CountRejected(users.Rejected);
        progress.Enter("Report");
        var input = new ReportInput
        {
            Run = run,
            WorkflowId = Workflow.Info.WorkflowId,
            StartedAt = startedAt,
            Seconds = Math.Round((Workflow.UtcNow - startedAt.UtcDateTime).TotalSeconds, 3),
            Failure = PayloadText.Shorten(failure?.Message, ReportFailureBytes),
            Canceled = canceled,
            JobType = _plan?.JobType,
            Lines = _lines,
            Mapping = _mapping,
            Catalog = _connectors.Select(c => c.Catalog).FirstOrDefault(c => c is not null),
            Connectors = IsStaged ? [] : [.. _connectors.Select(c => c.Outcome(ReportFailureBytes / Math.Max(1, _connectors.Count(f => f.Failure is not null))))],
            StagedConnectors = IsStaged ? [.. _connectors.Select(c => c.Name)] : [],
            Steps = progress.Outcomes(),
            KeepStaging = _connectors.Exists(c => c.IsUncommitted),
        };
        var report = await ReportAsync(input, failure);

        progress.Enter("Done");
        var result = new ConnectorJobResult
        {
            RunId = run.RunId,
            Status = report.Status,
            ReportKey = report.ReportKey,
            Failure = PayloadText.Shorten(failure?.Message, ResultFailureBytes),
            Users = users,
        };
        if (canceled)
        {
            // Ends the run as canceled. Where only its delivery was canceled, by hand, the run itself failed;
            // where the cancel came too late to cut anything short, the run is what it is.
            Workflow.CancellationToken.ThrowIfCancellationRequested();
        }

        failure ??= canceled ? new("Canceled", "The delivery was canceled; what was accepted before is recorded.") : null;
        return failure is null ? result : throw Failed(failure, result);
    }

    private bool IsStaged => _connectors.Count > MostInReport;

    private async Task<ReportResult> ReportAsync(ReportInput input, FailureCause? failure)
    {
        try
        {
            await Workflow.WhenAllAsync((IsStaged ? _connectors : []).Select(c => Workflow.ExecuteActivityAsync(
                (IReportActivities a) => a.StageOutcomeAsync(new StageOutcomeInput(run, c.Outcome(ResultFailureBytes))),
                ActivityPolicies.Uncanceled(ActivityPolicies.Piece($"{c.Name}: leave its counts for the report")))));
            return await Workflow.ExecuteActivityAsync(
                (IReportActivities a) => a.ReportAsync(input),
                ActivityPolicies.Uncanceled(ActivityPolicies.Whole("Write the report, remove staging")));
        }
        catch (FailureException e)
        {
            var cause = FailureCause.Of(e);
            throw Failed(failure is null ? cause : failure with { Message = $"{failure.Message} Nor could the report be written: {cause.Message}" }, null);
        }
    }

    private static ApplicationFailureException Failed(FailureCause failure, ConnectorJobResult? result) =>
        new(failure.Message, errorType: failure.Type, nonRetryable: true, details: result is null ? null : [result]);
}
