using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Join;

public sealed class JoinActivities(IRunOpener runs, IScratch scratch) : IJoinActivities
{
    [Activity]
    public Task<JoinResult> JoinAsync(ChunkInput input) => Step.RunAsync(async context =>
    {
        var run = await runs.OpenAsync(input.Run, context.CancellationToken);
        return await new MappingJoiner(run, input.Chunk, scratch, context).RunAsync();
    });
}
