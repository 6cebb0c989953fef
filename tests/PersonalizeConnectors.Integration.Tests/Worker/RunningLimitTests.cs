using System.Collections.Concurrent;
using PersonalizeConnectors.Worker.Slots;
using Temporalio.Activities;
using Temporalio.Testing;
using Temporalio.Worker.Interceptors;

namespace PersonalizeConnectors.Integration.Tests.Worker;

public sealed class RunningLimitTests
{
    private static readonly ActivityDefinition Definition = ActivityDefinition.Create("Any", typeof(Task), [], 0, _ => Task.CompletedTask);

    private readonly CalledTime _time = new();
    private readonly RunningLimit _limit;

    public RunningLimitTests() => _limit = new(1, _time);

    [Fact(Timeout = 20_000)]
    public async Task Execute_BeyondTheSize_WaitsAliveUntilAnotherEnds()
    {
        var (first, second) = (new Attempt(), new Attempt());
        var firstRun = first.RunAsync(_limit);
        var secondRun = second.RunAsync(_limit);
        Assert.True(first.HasBegun);
        Assert.False(second.HasBegun);

        _time.Call();
        await second.Beats.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(second.HasBegun);

        // A failure frees the place as well.
        first.End.SetException(new InvalidOperationException("first"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => firstRun);
        second.End.SetResult();
        await secondRun;
        Assert.True(second.HasBegun);
        Assert.Equal(0, first.Beats.Reader.Count);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_EndsWhileItWaits_LeavesWithoutABeatAndWithoutAPlace(bool isCanceled)
    {
        var (first, second, third) = (new Attempt(), new Attempt(), new Attempt());
        var firstRun = first.RunAsync(_limit);
        var secondRun = second.RunAsync(_limit);

        await (isCanceled ? second.Environment.CancellationTokenSource : second.Environment.WorkerShutdownTokenSource).CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => secondRun.WaitAsync(TestContext.Current.CancellationToken));
        Assert.False(second.HasBegun);
        Assert.Equal(0, second.Beats.Reader.Count);

        // The place goes to the next one.
        var thirdRun = third.RunAsync(_limit);
        first.End.SetResult();
        third.End.SetResult();
        await Task.WhenAll(firstRun, thirdRun);
        Assert.True(third.HasBegun);
    }

    /// <summary>An activity that ends when told so, behind the limit.</summary>
    private sealed class Attempt
    {
        public Attempt() => Environment = new() { Heartbeater = _ => Beats.Writer.TryWrite(0) };

        public ActivityEnvironment Environment { get; }

        public System.Threading.Channels.Channel<int> Beats { get; } = System.Threading.Channels.Channel.CreateUnbounded<int>();

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasBegun { get; private set; }

        public Task<object?> RunAsync(RunningLimit limit) =>
            Environment.RunAsync(() => limit.InterceptActivity(new Work(this)).ExecuteActivityAsync(new(Definition, [], null)));

        private sealed class Work(Attempt attempt) : ActivityInboundInterceptor(null!)
        {
            public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
            {
                attempt.HasBegun = true;
                await attempt.End.Task;
                return null;
            }
        }
    }

    /// <summary>Delays end when called, and never by themselves.</summary>
    private sealed class CalledTime : TimeProvider
    {
        private readonly ConcurrentQueue<Action> _timers = new();

        public void Call()
        {
            // Whoever waits again waits for the next call.
            for (var left = _timers.Count; left > 0 && _timers.TryDequeue(out var timer); left--)
            {
                timer();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Enqueue(() => callback(state));
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
