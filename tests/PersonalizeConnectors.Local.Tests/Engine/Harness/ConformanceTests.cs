using System.Runtime.CompilerServices;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>
/// Cases that the embedded engine and a real server are held against: what happens must be what the transcript says, event by event.
/// Transcripts come from a real server, with RECORD_TRANSCRIPTS=1.
/// </summary>
public abstract class ConformanceTests(ITemporalServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private protected async Task PlayAsync(Func<Stage, Task> play, [CallerMemberName] string name = "")
    {
        var stage = new Stage(server.Client);
        try
        {
            await play(stage).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"The case did not come to its end. So far:\n{stage.Text}", e);
        }

        var file = Path.Combine(GetType().BaseType!.Name, name + ".txt");
        if (Environment.GetEnvironmentVariable("RECORD_TRANSCRIPTS") is "1" && server is TemporalServerFixture)
        {
            await Transcripts.WriteAsync(file, stage.Text);
        }

        Transcripts.Matches(file, stage.Text);
    }
}
