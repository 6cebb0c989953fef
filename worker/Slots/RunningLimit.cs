using System.Threading.Channels;
using PersonalizeConnectors.Activities.Failures;
using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace PersonalizeConnectors.Worker.Slots;

/// <summary>
/// Never more than so many activities run at once, whatever their queues: a task that came beyond <see cref="SharedSlots"/> waits here, alive to
/// the service, until another one ends.
/// </summary>
internal sealed class RunningLimit : IWorkerInterceptor
{
    // A fifth of the heartbeat timeout.
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(2);

    // Holds something for each activity that may begin.
    private readonly Channel<int> _free = Channel.CreateUnbounded<int>();

    private readonly TimeProvider _time;

    public RunningLimit(int size, TimeProvider time)
    {
        _time = time;
        for (var i = 0; i < size; i++)
        {
            _free.Writer.TryWrite(i);
        }
    }

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Waiting(_free, _time, nextInterceptor);

    private sealed class Waiting(Channel<int> free, TimeProvider time, ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var activity = ActivityExecutionContext.Current;
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(activity.CancellationToken, activity.WorkerShutdownToken);
            var turn = free.Reader.ReadAsync(leave.Token).AsTask();
            // The wait for a turn alone hears of the end: a canceled delay would let this go round without a pause.
            while (!turn.IsCompleted && await Task.WhenAny(turn, Task.Delay(HeartbeatEvery, time, CancellationToken.None)) != turn)
            {
                activity.Heartbeat(new StepPosition(0, 0));
            }

            var place = await turn;
            try
            {
                return await base.ExecuteActivityAsync(input);
            }
            finally
            {
                free.Writer.TryWrite(place);
            }
        }
    }
}
