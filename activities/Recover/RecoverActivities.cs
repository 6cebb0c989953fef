using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Recover;

public sealed class RecoverActivities(RunRecovery recovery) : IRecoverActivities
{
    [Activity]
    public Task<RecoverResult> RecoverAsync(RecoverInput input) => Step.RunAsync(context => recovery.RunAsync(input, context));
}
