using Temporalio.Worker.Tuning;

namespace PersonalizeConnectors.Worker.Slots;

/// <summary>
/// As many activities as <paramref name="size"/> over all task queues of this process. A queue reserves a slot before it polls and keeps it
/// while nothing comes, so idle queues that counted would starve a busy one: each queue may therefore poll for one task as long as fewer than
/// <paramref name="size"/> run. What comes beyond the size, one task for each further queue at most, waits in <see cref="RunningLimit"/>.
/// </summary>
internal sealed class SharedSlots(int size) : CustomSlotSupplier
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _polls = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private int _running;

    public override async Task<SlotPermit> ReserveSlotAsync(SlotReserveContext ctx, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_running < size && PollsOf(ctx.TaskQueue) == 0)
                {
                    return Reserve(ctx.TaskQueue);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public override SlotPermit? TryReserveSlot(SlotReserveContext ctx)
    {
        lock (_gate)
        {
            return _running + _polls.Values.Sum() < size ? Reserve(ctx.TaskQueue) : null;
        }
    }

    public override void MarkSlotUsed(SlotMarkUsedContext ctx) => Change(() =>
    {
        var slot = (Slot)ctx.Permit.UserData!;
        if (!slot.IsRunning)
        {
            slot.IsRunning = true;
            _polls[slot.Queue]--;
            _running++;
        }
    });

    public override void ReleaseSlot(SlotReleaseContext ctx) => Change(() =>
    {
        var slot = (Slot)ctx.Permit.UserData!;
        if (slot.IsRunning)
        {
            _running--;
        }
        else
        {
            _polls[slot.Queue]--;
        }
    });

    // Whoever waits looks again: a poll that became a task lets its queue poll for the next one.
    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private int PollsOf(string queue) => _polls.GetValueOrDefault(queue);

    private SlotPermit Reserve(string queue)
    {
        _polls[queue] = PollsOf(queue) + 1;
        return new SlotPermit(new Slot(queue));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Slot(string queue)
    {
        public string Queue { get; } = queue;

        public bool IsRunning { get; set; }
    }
}
