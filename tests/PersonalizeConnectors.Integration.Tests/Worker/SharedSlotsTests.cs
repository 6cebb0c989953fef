using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Worker.Slots;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>One process, two queues, one set of slots: on a real server, with real workers.</summary>
public sealed class SharedSlotsTests(TemporalServerFixture server)
{
    private const int Slots = 3;

    [Fact]
    public async Task Execute_WorkOnBothQueues_NeverRunsMoreThanTheSlots()
    {
        var activities = new Counting(waitFor: Slots);
        await RunAsync(activities, async (first, second) =>
        {
            await Task.WhenAll(ExecuteAsync(first, 12), ExecuteAsync(second, 12));
        });

        Assert.Equal(24, activities.Done);
        Assert.Equal(Slots, activities.Most);
    }

    [Fact]
    public async Task Execute_WorkOnOneQueue_HasAllSlots()
    {
        // Each waits until as many run as there are slots: with fewer this would not end.
        var activities = new Counting(waitFor: Slots);
        await RunAsync(activities, (first, _) => ExecuteAsync(first, 9));
        await RunAsync(activities, (_, second) => ExecuteAsync(second, 9));

        Assert.Equal((18, Slots), (activities.Done, activities.Most));
    }

    private async Task RunAsync(Counting activities, Func<string, string, Task> body)
    {
        var slots = new SharedSlots(Slots);
        var running = new RunningLimit(Slots, TimeProvider.System);
        var (first, second) = ($"first-{Guid.NewGuid():N}", $"second-{Guid.NewGuid():N}");
        using var firstWorker = new TemporalWorker(server.Client, Options(first));
        using var secondWorker = new TemporalWorker(server.Client, Options(second));
        await firstWorker.ExecuteAsync(() => secondWorker.ExecuteAsync(() => body(first, second)));

        TemporalWorkerOptions Options(string queue)
        {
            var others = new FixedSizeSlotSupplier(10);
            return new TemporalWorkerOptions(queue)
            {
                Tuner = new WorkerTuner(others, slots, others, others),
                Interceptors = [running],
            }.AddWorkflow<FanOutWorkflow>().AddActivity(activities.WorkAsync);
        }
    }

    private Task ExecuteAsync(string queue, int count) => server.Client.ExecuteWorkflowAsync(
        (FanOutWorkflow w) => w.RunAsync(count),
        new WorkflowOptions($"slots-{Guid.NewGuid():N}", queue) { ExecutionTimeout = TimeSpan.FromMinutes(2) });

    private sealed class Counting(int waitFor)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _running;
        private int _waiting;

        public int Most { get; private set; }

        public int Done { get; private set; }

        [Activity]
        public async Task WorkAsync()
        {
            Task full;
            lock (_gate)
            {
                _running++;
                Most = Math.Max(Most, _running);
                full = _full.Task;
                if (++_waiting == waitFor)
                {
                    _waiting = 0;
                    _full.TrySetResult();
                    _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            await full;
            lock (_gate)
            {
                _running--;
                Done++;
            }
        }
    }
}
