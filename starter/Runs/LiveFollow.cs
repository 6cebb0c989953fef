using PersonalizeConnectors.Starter.Output;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Shows a run until it is over: a picture that moves at a terminal, a line a finished step in a log.</summary>
internal static class LiveFollow
{
    /// <param name="patience">How long an unreachable service is waited for; null for ever.</param>
    /// <returns>The closed run's description.</returns>
    public static async Task<WorkflowExecutionDescription> RunAsync(
        ITemporalClient client, WorkflowHandle handle, TimeSpan? patience, CancellationToken cancellationToken)
    {
        return Terminal.IsLive ? await LiveRunView.RunAsync(Terminal.Error, FollowAsync) : await FollowAsync(new PlainRunView(Console.Error));

        async Task<WorkflowExecutionDescription> FollowAsync(IRunView view) =>
            await new RunWatcher(client, view, TimeProvider.System, patience).WatchAsync(handle, cancellationToken);
    }
}
