using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>The drain that a command is about, and the service it runs on.</summary>
internal sealed record DrainTarget(ITemporalClient Client, string JobPath, JobScope Job, ConnectorConfiguration Connector) : IDisposable
{
    public string WorkflowId => DrainId.Of(JobPath, Connector.Name);

    public StandingWorkflow<QueueDrainWorkflow, QueueDrainResult> Workflow => new(Client, WorkflowId);

    /// <summary>A job on this host's disks is drained by workers of this host alone.</summary>
    public string TaskQueue => RunRequest.Follow(JobPath, json: false).IsLocal ? TaskQueues.ForHost(Environment.MachineName) : TaskQueues.Main;

    /// <param name="connector">As given; null: the only one with a queue.</param>
    /// <exception cref="TemporalUnreachableException">No service is configured, or it is not there.</exception>
    /// <exception cref="ConnectorException">No such job or connector.</exception>
    public static async Task<DrainTarget> OpenAsync(string jobPath, string? connector, CancellationToken cancellationToken)
    {
        var service = await Patience.ShowAsync("Connecting to Temporal", _ => ConfiguredService.ConnectAsync(cancellationToken))
            ?? throw new TemporalUnreachableException(
                "No Temporal service is configured (TEMPORAL_ADDRESS, or a profile). A drain goes on for days, and the engine of this program lives only as long "
                + "as one process: start a service and a worker, and then the drain.");
        JobScope? job = JobScope.Open(jobPath);
        try
        {
            var configuration = RunFiles.ReadConfiguration(await RunFiles.ReadConfigAsync(job.Location, cancellationToken), job.Location);
            var target = new DrainTarget(service.Client, jobPath, job, Choose(configuration, connector, jobPath));
            job = null;
            return target;
        }
        finally
        {
            job?.Dispose();
        }
    }

    public void Dispose() => Job.Dispose();

    private static ConnectorConfiguration Choose(JobConfiguration configuration, string? name, string jobPath)
    {
        var names = string.Join(", ", configuration.Connectors.Select(c => c.Name));
        if (name is not null)
        {
            return configuration.Connectors.FirstOrDefault(c => c.Name == name)
                ?? throw Wrong($"{jobPath} has no connector \"{name}\"; it has {names}."
                    + (NearestName.Find(name, [.. configuration.Connectors.Select(c => c.Name)]) is { } nearest ? $" Did you mean {nearest}?" : ""));
        }

        // Where another program fills the queue, the connector need not deliver through it.
        var withQueue = configuration.Connectors.Where(c => c.Delivery == DeliveryMode.Queue || c.QueueUrl is not null || c.QueueName is not null).ToList();
        return withQueue.Count == 1 ? withQueue[0]
            : withQueue.Count == 0 && configuration.Connectors.Count == 1 ? configuration.Connectors[0]
            : throw Wrong($"{jobPath} has {(withQueue.Count == 0 ? "no" : "more than one")} connector with a queue. Say which: --connector, one of {names}.");
    }

    private static ConnectorException Wrong(string message) => new(FailureTypes.InvalidInput, message, transient: false);
}
