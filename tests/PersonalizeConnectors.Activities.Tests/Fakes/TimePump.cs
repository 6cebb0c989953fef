using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>
/// Runs asynchronous work on the calling thread and moves a fake clock to its next timer whenever nothing else is left to do: hours pass in
/// milliseconds, and nothing is skipped.
/// </summary>
internal static class TimePump
{
    // A continuation may pass through the thread pool on its way here, twice at most.
    private const int Passages = 3;

    // Far more than any test needs; a loop that never ends fails instead.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

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
                if (queue.TryTake(out var next))
                {
                    next.Callback(next.State);
                }
                else if (!IsAnythingUnderWay(queue))
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

    // Waits behind everything that the thread pool has been given so far: its own queue, and that of this thread.
    private static bool IsAnythingUnderWay(BlockingCollection<(SendOrPostCallback Callback, object? State)> queue)
    {
        for (var passage = 0; passage < Passages && queue.Count == 0; passage++)
        {
            using var passed = new CountdownEvent(2);
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Signal(), passed, preferLocal: true);
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Signal(), passed, preferLocal: false);
            passed.Wait();
        }

        return queue.Count > 0;
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
