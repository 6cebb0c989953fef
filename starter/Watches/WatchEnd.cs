using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Watches;

/// <summary>Tells how a watch is.</summary>
internal static class WatchEnd
{
    /// <returns>The exit code of a watch that has ended so.</returns>
    public static async Task<int> TellAsync(WatchTarget target, bool json, CancellationToken cancellationToken)
    {
        var document = await Patience.ShowAsync("Asking for the watch", _ => WatchReader.ReadAsync(target, cancellationToken));
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(document));
        }
        else
        {
            Terminal.Write(WatchView.Of(document));
        }

        return document.State == WatchState.Failed ? ExitCodes.Failed : ExitCodes.Done;
    }
}
