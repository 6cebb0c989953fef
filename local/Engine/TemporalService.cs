using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Matching;
using PersonalizeConnectors.Local.Engine.Timers;
using PersonalizeConnectors.Local.Engine.Visibility;

namespace PersonalizeConnectors.Local.Engine;

/// <summary>
/// All that the engine knows. Every change is a transaction under one lock; what a change sets off in other workflows
/// (a child's start, a parent's news) runs as a transaction of its own after it, as on a server.
/// </summary>
internal sealed partial class TemporalService : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _next = new();
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private bool _inside;

    public TemporalService(EmbeddedEngineOptions options, TimeProvider time)
    {
        Time = time;
        Namespace = options.Namespace;
        SearchAttributes = new SearchAttributeRegistry(Namespace);
        foreach (var key in options.SearchAttributes)
        {
            SearchAttributes.Add(key.Name, key.ValueType);
        }

        Executions = new ExecutionTable(this);
        Queues = new TaskQueueTable(this);
        Timers = new DueTimers(time, Do, Report);
        _logger = options.LoggerFactory.CreateLogger<TemporalService>();
    }

    public TimeProvider Time { get; }

    public string Namespace { get; }

    public string NamespaceId { get; } = Guid.NewGuid().ToString();

    public SearchAttributeRegistry SearchAttributes { get; }

    public ExecutionTable Executions { get; }

    public TaskQueueTable Queues { get; }

    public DueTimers Timers { get; }

    public OpenQuestions Questions { get; } = new();

    /// <summary>Fires when the engine ends: open calls end with it.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool IsStopping { get; private set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public T Do<T>(Func<T> change)
    {
        lock (_gate)
        {
            if (_inside)
            {
                return change();
            }

            _inside = true;
            try
            {
                return change();
            }
            finally
            {
                RunNext();
                _inside = false;
            }
        }
    }

    public void Do(Action change) => Do(() =>
    {
        change();
        return true;
    });

    /// <summary>Runs after the present transaction, as one of its own.</summary>
    public void Then(Action change) => _next.Enqueue(change);

    public void Stop()
    {
        IsStopping = true;
        _stopping.Cancel();
    }

    public void Dispose()
    {
        Timers.Dispose();
        _stopping.Dispose();
    }

    public void Report(Exception fault) => LogFault(fault);

    private void RunNext()
    {
        while (_next.TryDequeue(out var change))
        {
            try
            {
                change();
            }
            catch (Exception e)
            {
                // One workflow's fault must not stop the others; it is told, and that workflow stays as it is.
                LogFault(e);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A transaction of the embedded engine failed; the workflow it belongs to may hang.")]
    private partial void LogFault(Exception fault);
}
