namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Wakes whoever waits for something to change; take <see cref="Next"/> before looking at what changes.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
