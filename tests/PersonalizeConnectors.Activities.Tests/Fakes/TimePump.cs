using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>
/// Runs asynchronous work on the calling thread and moves a fake clock to its next timer whenever nothing else is left to do: hours pass in
/// milliseconds, and nothing is skipped.
/// </summary>
internal static class TimePump
{
    // A continuation may pass through the thread pool on its way here; time stands still that long.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(3);

    // Far more than any test needs; a loop that never ends fails instead.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static T Run<T>(FakeTimeProvider clock, Func<Task<T>> work)
    {
        var before = SynchronizationContext.Current;
        using var queue = new BlockingCollection<(SendOrPostCallback Callback, object? State)>();
        SynchronizationContext.SetSynchronizationContext(new Context(queue));
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            var task = work();
            while (!task.IsCompleted)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(started) < Longest, "The work does not end.");
                if (queue.TryTake(out var next, Idle))
                {
                    next.Callback(next.State);
                }
                else
                {
                    clock.AdvanceToNextTimer();
                }
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Context(BlockingCollection<(SendOrPostCallback Callback, object? State)> queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            try
            {
                queue.Add((d, state));
            }
            catch (ObjectDisposedException)
            {
                // Work that goes on after the test's own has ended.
            }
        }
    }
}
