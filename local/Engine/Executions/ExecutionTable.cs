using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>All runs, and which one is the current run of a workflow id. Of closed ones only the latest are kept.</summary>
internal sealed class ExecutionTable(TemporalService service)
{
    private const int MostClosed = 10_000;

    private readonly Dictionary<string, Execution> _byRunId = [];
    private readonly Dictionary<string, Execution> _current = [];
    private readonly Queue<Execution> _closed = new();

    public IEnumerable<Execution> All => _byRunId.Values;

    /// <summary>Like a server's: ordered by time, so that run ids sort as they began.</summary>
    public string NewRunId() => Guid.CreateVersion7(service.Now).ToString();

    public Execution? Find(string workflowId, string runId = "")
    {
        var found = runId.Length == 0 ? _current.GetValueOrDefault(workflowId) : _byRunId.GetValueOrDefault(runId);
        return found?.WorkflowId == workflowId ? found : null;
    }

    public Execution? FindRun(string runId) => _byRunId.GetValueOrDefault(runId);

    public Execution Get(WorkflowExecution? reference)
    {
        if (reference is not { WorkflowId.Length: > 0 })
        {
            throw Faults.InvalidArgument("WorkflowId is not set on request.");
        }

        if (reference.RunId.Length > 0 && !Guid.TryParse(reference.RunId, out _))
        {
            throw Faults.InvalidArgument("Invalid RunId.");
        }

        return Find(reference.WorkflowId, reference.RunId) ?? throw Faults.NotFound(
            reference.RunId.Length == 0
                ? $"workflow not found for ID: {reference.WorkflowId}"
                : $"workflow not found for ID: {reference.WorkflowId}, run ID: {reference.RunId}");
    }

    /// <summary>The same for a call that needs it open.</summary>
    public Execution GetOpen(WorkflowExecution? reference) =>
        Get(reference) is { IsOpen: true } open ? open : throw Faults.NotFound("workflow execution already completed");

    /// <summary>Starts a run unless the workflow id is taken, as its policies say.</summary>
    /// <param name="begin">Adds what belongs between the first event and the first workflow task.</param>
    public StartOutcome Start(NewExecution start, WorkflowIdReusePolicy reuse, WorkflowIdConflictPolicy conflict, Action<Execution>? begin = null)
    {
        if (Find(start.Attributes.WorkflowId) is { } current)
        {
            if (start.RequestId.Length > 0 && current.RequestId == start.RequestId)
            {
                return new StartOutcome(current, IsNew: true, IsRefused: false);
            }

            if (current.IsOpen)
            {
                if (conflict == WorkflowIdConflictPolicy.UseExisting)
                {
                    return new StartOutcome(current, IsNew: false, IsRefused: false);
                }

                if (conflict != WorkflowIdConflictPolicy.TerminateExisting && reuse != WorkflowIdReusePolicy.TerminateIfRunning)
                {
                    return new StartOutcome(current, IsNew: false, IsRefused: true);
                }

                current.Change(() => current.Terminate(
                    "TerminateIfRunning WorkflowIdReusePolicy",
                    TextPayloads.Of($"terminated by new runID: {start.Attributes.OriginalExecutionRunId}"),
                    "history-service"));
            }
            else if (IsBarred(current, reuse))
            {
                return new StartOutcome(current, IsNew: false, IsRefused: true);
            }
        }

        return new StartOutcome(Add(start, begin), IsNew: true, IsRefused: false);
    }

    /// <summary>Adds a run that carries on another, or a new one whose id is known to be free.</summary>
    public Execution Add(NewExecution start, Action<Execution>? begin = null)
    {
        var execution = new Execution(service, start);
        _byRunId.Add(execution.RunId, execution);
        _current[execution.WorkflowId] = execution;
        execution.Change(() =>
        {
            execution.Begin();
            begin?.Invoke(execution);
            execution.BeginFirstTask();
        });
        return execution;
    }

    public void OnClosed(Execution execution)
    {
        _closed.Enqueue(execution);
        if (_closed.Count > MostClosed)
        {
            var oldest = _closed.Dequeue();
            _byRunId.Remove(oldest.RunId);
            if (Find(oldest.WorkflowId) == oldest)
            {
                _current.Remove(oldest.WorkflowId);
            }
        }
    }

    private static bool IsBarred(Execution closed, WorkflowIdReusePolicy reuse) => reuse switch
    {
        WorkflowIdReusePolicy.RejectDuplicate => true,
        WorkflowIdReusePolicy.AllowDuplicateFailedOnly => closed.Status is WorkflowExecutionStatus.Completed,
        _ => false,
    };
}

/// <param name="Execution">The new run, or the one that has the id.</param>
internal readonly record struct StartOutcome(Execution Execution, bool IsNew, bool IsRefused);
