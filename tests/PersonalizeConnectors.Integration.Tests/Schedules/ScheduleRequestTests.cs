using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Client.Schedules;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

public sealed class ScheduleRequestTests
{
    [Theory]
    [InlineData("s3://bucket/etl_jobs/related_items/shop", false)]
    [InlineData("/data/etl_jobs/related_items/shop", true)]
    public void ToSchedule_Job_RunsWhereItLies(string jobPath, bool isLocal)
    {
        var action = Assert.IsType<ScheduleActionStartWorkflow>(Request(jobPath).ToSchedule().Action);

        Assert.Equal("ConnectorJob", action.Workflow);
        Assert.Equal("schedule:" + jobPath, action.Options.Id);
        Assert.Equal(isLocal ? TaskQueues.ForHost(Environment.MachineName) : TaskQueues.Main, action.Options.TaskQueue);
    }

    [Fact]
    public void ToSchedule_EveryOption_StandsInIt()
    {
        var schedule = Request("s3://bucket/etl_jobs/related_items/shop").ToSchedule();

        var input = Assert.IsType<ConnectorJobInput>(Assert.Single(((ScheduleActionStartWorkflow)schedule.Action).Args));
        Assert.Equal((true, 7, null), (input.FullResync, input.Limit, input.OverrideGuards));
        Assert.Equal(["a", "b"], input.Users!);
        Assert.Equal(["0 3 * * *"], schedule.Spec.CronExpressions);
        Assert.Equal(TimeSpan.FromHours(6), Assert.Single(schedule.Spec.Intervals).Every);
        Assert.Equal(("Europe/Berlin", TimeSpan.FromMinutes(10)), (schedule.Spec.TimeZoneName, schedule.Spec.Jitter!.Value));
        Assert.Equal((ScheduleOverlapPolicy.BufferOne, TimeSpan.FromHours(2)), (schedule.Policy.Overlap, schedule.Policy.CatchupWindow!.Value));
        Assert.Equal("nightly", schedule.State.Note);
    }

    private static ScheduleRequest Request(string jobPath) => new(
        new RunRequest(jobPath, FullResync: true, ["a", "b"], 7, OverrideGuards: false, HostWorker: false, Detach: false, Json: false),
        ["0 3 * * *"], [TimeSpan.FromHours(6)], "Europe/Berlin", TimeSpan.FromMinutes(10), "buffer-one", TimeSpan.FromHours(2), "nightly", Replace: false);
}
