using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Load;

public sealed class LoadActivities(IRunOpener runs) : ILoadActivities
{
    [Activity]
    public Task<LoadResult> LoadAsync(ChunkInput input) => Step.RunAsync(async context =>
    {
        var run = await runs.OpenAsync(input.Run, context.CancellationToken);
        return await new ChunkLoader(run, input.Chunk, context).RunAsync();
    });
}
