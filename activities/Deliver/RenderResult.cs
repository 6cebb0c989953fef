namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>What became of an update before sending.</summary>
internal abstract record RenderResult
{
    private RenderResult()
    {
    }

    /// <summary>The payload was appended.</summary>
    public static RenderResult Ready { get; } = new ReadyToSend();

    /// <summary>There is nothing to change at the destination; the update counts as accepted.</summary>
    public static RenderResult Nothing { get; } = new NothingToSend();

    public sealed record ReadyToSend : RenderResult;

    public sealed record NothingToSend : RenderResult;

    /// <summary>The destination would refuse or silently drop it. The payload was appended, to be kept with the reason.</summary>
    /// <param name="Reason">The same text for the same cause; without ids and values.</param>
    public sealed record Refused(string Reason) : RenderResult;
}
