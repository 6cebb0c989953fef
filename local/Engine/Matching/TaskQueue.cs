namespace PersonalizeConnectors.Local.Engine.Matching;

/// <summary>Tasks that wait for workers, and workers that wait for tasks; one of both lists is empty.</summary>
internal sealed class TaskQueue(TemporalService service)
{
    private readonly LinkedList<IQueuedTask> _backlog = new();
    private readonly LinkedList<TaskCompletionSource<IQueuedTask?>> _pollers = new();
    private readonly Dictionary<string, DateTimeOffset> _identities = [];
    private DateTimeOffset? _lastPoll;
    private bool _isShutDown;

    public int Backlog => _backlog.Count;

    /// <summary>Who asked for tasks, and when last.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Pollers => _identities;

    public bool IsPolledSince(DateTimeOffset time) => !_isShutDown && (_pollers.Count > 0 || _lastPoll >= time);

    /// <summary>Its worker said goodbye: nothing more shall be put here.</summary>
    public void ShutDown() => _isShutDown = true;

    public void Add(IQueuedTask task)
    {
        if (!HandOver(task))
        {
            _backlog.AddLast(task);
        }
    }

    /// <summary>Takes back what nobody wants any more: on a queue that no worker polls it would stay for good.</summary>
    public void Remove(IQueuedTask task) => _backlog.Remove(task);

    /// <summary>Whoever took it is gone: the next one shall have it.</summary>
    public void GiveBack(IQueuedTask task)
    {
        if (task.IsWanted && !HandOver(task))
        {
            _backlog.AddFirst(task);
        }
    }

    /// <summary>The next task, or null when <paramref name="end"/> fires first.</summary>
    public async Task<IQueuedTask?> TakeAsync(string identity, CancellationToken end)
    {
        var poller = new TaskCompletionSource<IQueuedTask?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = service.Do(() => Enter(poller, identity));
        if (node is null)
        {
            return await poller.Task;
        }

        await using var registration = end.Register(() => service.Do(() => Leave(node)));
        return await poller.Task;
    }

    private LinkedListNode<TaskCompletionSource<IQueuedTask?>>? Enter(TaskCompletionSource<IQueuedTask?> poller, string identity)
    {
        _lastPoll = service.Now;
        _identities[identity] = service.Now;
        while (_backlog.First is { } first)
        {
            _backlog.RemoveFirst();
            if (first.Value.IsWanted)
            {
                poller.SetResult(first.Value);
                return null;
            }
        }

        return _pollers.AddLast(poller);
    }

    private void Leave(LinkedListNode<TaskCompletionSource<IQueuedTask?>> node)
    {
        if (node.List is not null)
        {
            _pollers.Remove(node);
            node.Value.SetResult(null);
        }
    }

    private bool HandOver(IQueuedTask task)
    {
        if (_pollers.First is not { } first)
        {
            return false;
        }

        _pollers.RemoveFirst();
        first.Value.SetResult(task);
        return true;
    }
}
