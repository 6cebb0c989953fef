using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Decorate;

public sealed class DecorateActivities(IRunOpener runs, IScratch scratch) : IDecorateActivities
{
    private readonly DecorateStep _decorate = new(scratch);

    [Activity]
    public Task<DecorateResult> DecorateAsync(ConnectorInput input) => Step.RunAsync(
        async context => await _decorate.RunAsync(await runs.OpenAsync(input.Run, context.CancellationToken), input.Connector, context));
}
