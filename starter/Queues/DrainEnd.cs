using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>Tells how a drain is.</summary>
internal static class DrainEnd
{
    /// <returns>The exit code of a drain that has ended so.</returns>
    public static async Task<int> TellAsync(DrainTarget target, bool json, CancellationToken cancellationToken)
    {
        var document = await Patience.ShowAsync("Asking for the drain and its queue", _ => DrainReader.ReadAsync(target, TimeProvider.System, cancellationToken));
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(document));
        }
        else
        {
            Terminal.Write(DrainView.Of(document));
        }

        return document.State == DrainState.Failed ? ExitCodes.Failed
            : document.Counts is { Rejected: > 0 } or { Unknown: > 0 } ? ExitCodes.DoneWithRejections
            : ExitCodes.Done;
    }
}
