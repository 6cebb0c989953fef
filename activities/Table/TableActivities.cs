using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Table;

public sealed class TableActivities(IRunOpener runs, IScratch scratch) : ITableActivities
{
    [Activity]
    public Task<TableResult> TableAsync(TableInput input) => Step.RunAsync(async context =>
    {
        var run = await runs.OpenAsync(input.Run, context.CancellationToken);
        await using var builder = new TableBuilder(run, scratch, context);
        return await builder.RunAsync();
    });
}
