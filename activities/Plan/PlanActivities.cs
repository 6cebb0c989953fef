using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Plan;

/// <summary>The step Plan.</summary>
public sealed class PlanActivities(RunPlanner planner) : IPlanActivities
{
    [Activity]
    public Task<PlanResult> PlanAsync(PlanInput input) => Step.RunAsync(context => planner.PlanAsync(input, context));
}
