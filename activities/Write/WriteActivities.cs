using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Write;

public sealed class WriteActivities(IRunOpener runs, IScratch scratch) : IWriteActivities
{
    private readonly WriteStep _write = new(scratch);

    [Activity]
    public Task<WriteResult> WriteAsync(ShardInput input) => Step.RunAsync(
        async context => await _write.RunAsync(await runs.OpenAsync(input.Run, context.CancellationToken), input, context));
}
