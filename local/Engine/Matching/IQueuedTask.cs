namespace PersonalizeConnectors.Local.Engine.Matching;

/// <summary>Something a worker can take from a task queue.</summary>
internal interface IQueuedTask
{
    /// <summary>False once it has become pointless: started elsewhere, timed out, its workflow closed.</summary>
    bool IsWanted { get; }
}

/// <typeparam name="TResponse">The answer to the poll that takes it.</typeparam>
internal interface IQueuedTask<out TResponse> : IQueuedTask
    where TResponse : class
{
    /// <summary>Hands the task to a worker; null when it is not wanted any more.</summary>
    TResponse? Start(string identity);
}
