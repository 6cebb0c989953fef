using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Report;

public sealed class ReportActivities(RunReporter reporter) : IReportActivities
{
    [Activity]
    public Task<StageOutcomeResult> StageOutcomeAsync(StageOutcomeInput input) => Step.RunAsync(context => reporter.StageAsync(input, context));

    [Activity]
    public Task<ReportResult> ReportAsync(ReportInput input) => Step.RunAsync(context => reporter.RunAsync(input, context));
}
