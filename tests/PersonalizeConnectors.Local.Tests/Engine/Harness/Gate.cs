namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>Where an activity waits until its case goes on.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody waits at the gate, or did.</summary>
    public Task Begun => _begun.Task;

    public void Open() => _open.TrySetResult();

    public Task PassAsync(CancellationToken cancellationToken = default)
    {
        _begun.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
