using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Watches;

/// <summary>The watch that a command is about, and the service it runs on.</summary>
internal sealed record WatchTarget(ITemporalClient Client, string Root)
{
    public string WorkflowId => WatchId.Of(Root);

    public StandingWorkflow<OutputWatchWorkflow, OutputWatchResult> Workflow => new(Client, WorkflowId);

    /// <param name="root">As typed.</param>
    /// <exception cref="TemporalUnreachableException">No service is configured, or it is not there.</exception>
    /// <exception cref="ConnectorException">A root that no events come from.</exception>
    public static async Task<WatchTarget> OpenAsync(string root, CancellationToken cancellationToken)
    {
        var address = RunRequest.Resolve(root);
        if (RunRequest.Follow(address, json: false).IsLocal || address.Contains("/etl_jobs", StringComparison.Ordinal))
        {
            throw new ConnectorException(
                FailureTypes.InvalidInput, $"\"{root}\" is no root in S3, and events come from there alone. Give the bucket that holds etl_jobs/: s3://<bucket>.", transient: false);
        }

        var service = await Patience.ShowAsync("Connecting to Temporal", _ => ConfiguredService.ConnectAsync(cancellationToken))
            ?? throw new TemporalUnreachableException(
                "No Temporal service is configured (TEMPORAL_ADDRESS, or a profile). A watch goes on for days, and the engine of this program lives only as long "
                + "as one process: start a service and a worker, and then the watch.");
        return new(service.Client, address);
    }
}
