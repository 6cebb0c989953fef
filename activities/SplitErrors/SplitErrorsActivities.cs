using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.SplitErrors;

public sealed class SplitErrorsActivities(IRunOpener runs) : ISplitErrorsActivities
{
    [Activity]
    public Task<SplitErrorsResult> SplitErrorsAsync(SplitErrorsInput input) => Step.RunAsync(async context =>
    {
        var run = await runs.OpenAsync(input.Run, context.CancellationToken);
        return await new ErrorSplitter(run, input.Lines, context).RunAsync();
    });
}
