using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <inheritdoc />
internal sealed class RunOpener(IJobLocator locator, IJobHold hold) : IRunOpener
{
    public async Task<OpenedRun> OpenAsync(RunRef run, CancellationToken cancellationToken)
    {
        var job = locator.Open(run.JobPath);
        await hold.KeepAsync(job, run.RunId, cancellationToken);
        var keys = new RunKeys(job.Prefix, run.RunId);
        var plan = RunPlan.Parse(await job.Store.ReadAllAsync(keys.Plan, RunFiles.MaxPlanBytes, cancellationToken));
        var configuration = RunFiles.ReadConfiguration(plan.Config, job);
        var (input, _) = locator.OpenInput(job, configuration.BatchInferencePath);
        return new(job, keys, plan, configuration, input);
    }
}
