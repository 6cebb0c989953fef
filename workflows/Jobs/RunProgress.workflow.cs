using System.Globalization;
using System.Text;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>What a run shows of itself: the query, the current details, memo and search attributes, and the steps of its report.</summary>
internal sealed class RunProgress
{
    private readonly List<StepState> _steps = [];
    private IReadOnlyList<string> _registered = [];
    private PausedRun? _paused;

    public string RunId { get; set; } = "";

    public string Phase { get; private set; } = "";

    public JobProgress Snapshot() => new()
    {
        RunId = RunId,
        Phase = Phase,
        Steps = [.. _steps.Select(s => new StepProgress(s.Name, s.Connector, s.Done, s.Total, s.Seconds))],
        Paused = _paused,
    };

    /// <summary>One entry a step, whatever the number of connectors: from its first begin to its last end.</summary>
    public IReadOnlyList<StepOutcome> Outcomes() =>
        [.. _steps.GroupBy(s => s.Name).Select(g => new StepOutcome(
            g.Key,
            Math.Round((g.Max(s => s.EndedAt) - g.Min(s => s.StartedAt)).TotalSeconds, 3),
            g.Sum(s => s.Bytes.In),
            g.Sum(s => s.Bytes.Out)))];

    /// <summary>Names the service knows; an unregistered one would hang the run.</summary>
    public void Register(IReadOnlyList<string> searchAttributes) => _registered = searchAttributes;

    public StepState Begin(string name, string? connector, int total)
    {
        var step = new StepState(name, connector, total, Workflow.UtcNow);
        _steps.Add(step);
        Enter(name);
        return step;
    }

    public void Advance(StepState step, ByteCounts bytes)
    {
        step.Done++;
        step.Bytes += bytes;
        step.EndedAt = Workflow.UtcNow;
        Workflow.CurrentDetails = Details();
    }

    public void Enter(string phase)
    {
        if (Phase == phase)
        {
            return;
        }

        Phase = phase;
        Workflow.CurrentDetails = Details();
        Workflow.UpsertMemo(ConnectorSearchAttributes.Phase.ToMemo(phase));
        if (_registered.Contains(ConnectorSearchAttributes.Phase.Name))
        {
            Workflow.UpsertTypedSearchAttributes(ConnectorSearchAttributes.Phase.ValueSet(phase));
        }
    }

    /// <summary>Shows that the run is paused, or with null that it goes on.</summary>
    public void Pause(PausedRun? paused)
    {
        _paused = paused;
        Workflow.CurrentDetails = Details();
        Workflow.UpsertMemo(paused is null ? MemoUpdate.ValueUnset(PausedRun.MemoName) : MemoUpdate.ValueSet(PausedRun.MemoName, paused));
    }

    /// <summary>From its first task on a run can be found by its id, whatever becomes of it.</summary>
    public void Name() => Workflow.UpsertMemo(MemoUpdate.ValueSet("RunId", RunId));

    public void Describe(string job, string jobType)
    {
        Workflow.UpsertMemo(
            ConnectorSearchAttributes.Job.ToMemo(job), ConnectorSearchAttributes.JobType.ToMemo(jobType));
        if (_registered.Contains(ConnectorSearchAttributes.Job.Name))
        {
            Workflow.UpsertTypedSearchAttributes(ConnectorSearchAttributes.Job.ValueSet(job));
        }

        if (_registered.Contains(ConnectorSearchAttributes.JobType.Name))
        {
            Workflow.UpsertTypedSearchAttributes(ConnectorSearchAttributes.JobType.ValueSet(jobType));
        }
    }

    public void CountRejected(long rejected)
    {
        Workflow.UpsertMemo(ConnectorSearchAttributes.Rejected.ToMemo(rejected));
        if (_registered.Contains(ConnectorSearchAttributes.Rejected.Name))
        {
            Workflow.UpsertTypedSearchAttributes(ConnectorSearchAttributes.Rejected.ValueSet(rejected));
        }
    }

    private string Details()
    {
        var text = new StringBuilder();
        if (_paused is { } paused)
        {
            text.Append(CultureInfo.InvariantCulture, $"**Paused** since {paused.Since:yyyy-MM-dd HH:mm:ss} UTC by {paused.By ?? "somebody"}; the signal \"{PauseSignals.Resume}\" goes on.\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"**{Phase}** (run {RunId})\n\n");
        foreach (var step in _steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {step.Name}{(step.Connector is null ? "" : $" ({step.Connector})")}: {step.Done} of {step.Total}, {step.Seconds:0.0} s: {StepMeaning.Of(step.Name)}\n");
        }

        return text.ToString();
    }
}

/// <summary>A step under way or done.</summary>
internal sealed class StepState(string name, string? connector, int total, DateTime startedAt)
{
    public string Name { get; } = name;

    public string? Connector { get; } = connector;

    public int Total { get; } = total;

    public int Done { get; set; }

    public ByteCounts Bytes { get; set; } = new();

    public DateTime StartedAt { get; } = startedAt;

    public DateTime EndedAt { get; set; } = startedAt;

    public double Seconds => Math.Round((EndedAt - StartedAt).TotalSeconds, 3);
}
