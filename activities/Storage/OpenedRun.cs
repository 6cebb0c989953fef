using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A run as a step sees it.</summary>
/// <param name="Job">The job, and the store that holds its staging and output.</param>
/// <param name="Keys">The run's keys in that store.</param>
/// <param name="Configuration">config.json as Plan read it.</param>
/// <param name="Input">The store of the batch output.</param>
public sealed record OpenedRun(JobLocation Job, RunKeys Keys, RunPlan Plan, JobConfiguration Configuration, IObjectStore Input)
{
    public IObjectStore Store => Job.Store;

    public ConnectorConfiguration Connector(string name) => Configuration.Connectors.Single(c => c.Name == name);
}

/// <summary>Opens a run's plan from its staging.</summary>
public interface IRunOpener
{
    /// <exception cref="ObjectNotFoundException">The run has no plan: its staging was removed.</exception>
    Task<OpenedRun> OpenAsync(RunRef run, CancellationToken cancellationToken);
}
