using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Matching;

/// <summary>Task queues by kind and name; they come into being by being named.</summary>
internal sealed class TaskQueueTable(TemporalService service)
{
    // Workers wait up to 70 s for an answer and count a missing one as an error.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(50);

    private readonly Dictionary<(TaskQueueType, string), TaskQueue> _queues = [];

    public TaskQueue Workflow(string name) => Of(TaskQueueType.Workflow, name);

    public TaskQueue Activity(string name) => Of(TaskQueueType.Activity, name);

    public TaskQueue Of(TaskQueueType type, string name)
    {
        if (!_queues.TryGetValue((type, name), out var queue))
        {
            _queues.Add((type, name), queue = new TaskQueue(service));
        }

        return queue;
    }

    /// <summary>Waits for a task and starts it; null when none came in time.</summary>
    /// <param name="caller">Fires when nobody waits for the answer any more: a task that was taken then goes back.</param>
    public async Task<TResponse?> PollAsync<TResponse>(TaskQueueType type, string name, string identity, CancellationToken caller)
        where TResponse : class
    {
        var queue = service.Do(() => Of(type, name));
        using var deadline = new CancellationTokenSource(LongestPoll, service.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(caller, deadline.Token, service.Stopping);
        while (await queue.TakeAsync(identity, end.Token) is { } task)
        {
            if (caller.IsCancellationRequested)
            {
                service.Do(() => queue.GiveBack(task));
                caller.ThrowIfCancellationRequested();
            }

            if (service.Do(() => ((IQueuedTask<TResponse>)task).Start(identity)) is { } response)
            {
                return response;
            }
        }

        return null;
    }
}
