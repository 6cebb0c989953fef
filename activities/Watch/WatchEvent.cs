namespace PersonalizeConnectors.Activities.Watch;

/// <summary>What a message of the events' queue says.</summary>
internal abstract record WatchEvent
{
    private WatchEvent()
    {
    }

    /// <summary>An object was written.</summary>
    /// <param name="Address"><c>s3://bucket/key</c>, decoded.</param>
    /// <param name="Version">Its version id; of a bucket without versions its ETag and the event's place in the order of writing. The same for repeats of the event.</param>
    /// <param name="ETag">Without quotes.</param>
    /// <param name="At">When it was written; null where the event does not say.</param>
    public sealed record Written(string Address, string Version, string ETag, DateTimeOffset? At) : WatchEvent;

    /// <summary>A batch job of Personalize has put down its whole output.</summary>
    /// <param name="JobName">Name of the batch job; null where the event has none.</param>
    /// <param name="OutputPath"><c>s3://bucket/folder</c> where the event says it.</param>
    /// <param name="At">When it was seen to be complete; null where the event does not say.</param>
    public sealed record Completed(string? JobName, string? OutputPath, DateTimeOffset? At) : WatchEvent;

    /// <summary>What S3 sends when notifications are set up.</summary>
    public sealed record Test : WatchEvent;

    /// <summary>Of something else: a removed object, a batch job that is not complete, another program's event.</summary>
    public sealed record Foreign : WatchEvent;
}
