using Temporalio.Activities;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>What a long step does: it goes on, and heartbeats, until its run is canceled.</summary>
internal sealed class CancelGate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the step is under way.</summary>
    public Task Begun => _begun.Task;

    public bool SawCancel { get; private set; }

    public async Task UntilCanceledAsync()
    {
        var activity = ActivityExecutionContext.Current;
        _begun.TrySetResult();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await beat.WaitForNextTickAsync(activity.CancellationToken))
            {
                activity.Heartbeat();
            }
        }
        catch (OperationCanceledException)
        {
            SawCancel = true;
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
