using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Plan;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage.Overlay;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Tests.Validate;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Plan;

public sealed class RunPlannerTests
{
    private const string RunId = "20261123T030000Z-0123abcd";

    private readonly JobFixture _job = new();
    private readonly RunPlanner _planner;

    public RunPlannerTests()
    {
        _job.PutConfig("\"delivery\": \"none\"");
        _planner = new(_job.Locator, new NoJobHold(), new AccountCheck(new DestinationSecrets([]), []), new QueueCheck(new FakeQueues()), _job.Time);
    }

    private string PlanKey => new RunKeys(_job.Job.Prefix, RunId).Plan;

    [Fact]
    public async Task Plan_AnotherAttemptWentAheadMeanwhile_KeepsItsPlan()
    {
        await PlanAsync();
        var first = _job.Store[PlanKey];
        await _job.Store.DeleteAsync(PlanKey, TestContext.Current.CancellationToken);
        _job.PutLines("{}", "{}");
        _job.Store.OnCall = (operation, key) =>
        {
            // This attempt, which saw newer inputs, stood still before its last step.
            if (operation == "commit" && key == PlanKey)
            {
                _job.Store.OnCall = null;
                _job.Store.Put(PlanKey, first);
            }
        };

        var late = await PlanAsync();

        Assert.Equal(first, _job.Store[PlanKey]);
        Assert.Equal(1, late.Chunks);
    }

    private Task<PlanResult> PlanAsync() => _planner.PlanAsync(
        new PlanInput(new RunRef($"etl_jobs/{_job.Job.JobType}/shop", RunId), _job.Time.GetUtcNow(), new RunOptions(false, null, null, false)), StepContext.None);
}
