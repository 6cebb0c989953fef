using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Delta;

public sealed class DeltaActivities(IRunOpener runs, IScratch scratch, IStateStore states) : IDeltaActivities
{
    private readonly DeltaStep _delta = new(scratch, states);

    [Activity]
    public Task<DeltaResult> DeltaAsync(DeltaInput input) => Step.RunAsync(
        async context => await _delta.RunAsync(await runs.OpenAsync(input.Run, context.CancellationToken), input, context));
}
