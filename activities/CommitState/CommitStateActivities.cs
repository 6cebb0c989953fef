using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.CommitState;

public sealed class CommitStateActivities(StateCommitter committer) : ICommitStateActivities
{
    [Activity]
    public Task<CommitStateResult> CommitStateAsync(CommitStateInput input) => Step.RunAsync(context => committer.RunAsync(input, context));
}
