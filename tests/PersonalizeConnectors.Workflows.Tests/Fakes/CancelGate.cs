using Temporalio.Activities;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>What a long step does: it goes on, and heartbeats, until its run is canceled or the test lets it end.</summary>
internal sealed class CancelGate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOpen;

    /// <summary>Done when the step is under way.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Done when the step has been told to stop.</summary>
    public Task Canceled => _canceled.Task;

    public bool SawCancel => _canceled.Task.IsCompleted;

    public void Open() => _isOpen = true;

    public async Task UntilCanceledAsync()
    {
        var activity = ActivityExecutionContext.Current;
        _begun.TrySetResult();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!_isOpen && await beat.WaitForNextTickAsync(activity.CancellationToken))
            {
                activity.Heartbeat();
            }
        }
        catch (OperationCanceledException)
        {
            _canceled.TrySetResult();
            throw;
        }
    }
}

/// <summary>A step that goes on until the test lets it end.</summary>
internal sealed class OpenGate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    public void Open() => _open.TrySetResult();

    public Task WaitAsync()
    {
        _begun.TrySetResult();
        return _open.Task;
    }
}
