using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public sealed class JobIdTests
{
    [Theory]
    [InlineData("s3://bucket/etl_jobs/related_items/shop")]
    [InlineData("s3://bucket/etl_jobs/related_items/shop/")]
    [InlineData("s3://bucket/etl_jobs/related_items/shop//")]
    [InlineData(" s3://bucket/etl_jobs/related_items/shop/ ")]
    public void Of_TrailingSlashes_GivesTheSameId(string jobPath) =>
        Assert.Equal("job:s3://bucket/etl_jobs/related_items/shop", JobId.Of(jobPath));

    [Fact]
    public void Of_200Characters_KeepsThePath()
    {
        var path = "/" + new string('x', 199);

        Assert.Equal("job:" + path, JobId.Of(path));
    }

    [Fact]
    public void Of_MoreThan200Characters_IsHashedAndDistinct()
    {
        var path = "/" + new string('x', 200);

        Assert.Matches("^job:[0-9a-f]{64}$", JobId.Of(path));
        Assert.Equal(JobId.Of(path), JobId.Of(path + "/"));
        Assert.NotEqual(JobId.Of(path), JobId.Of(path + "y"));
    }

    [Fact]
    public void ScheduleOf_LikeTheJobs_HasItsOwnName()
    {
        Assert.Equal("schedule:s3://bucket/etl_jobs/related_items/shop", JobId.ScheduleOf("s3://bucket/etl_jobs/related_items/shop/"));
        Assert.Equal(JobId.Of("/" + new string('x', 200)).Replace("job:", "schedule:", StringComparison.Ordinal), JobId.ScheduleOf("/" + new string('x', 200)));
    }

    [Fact]
    public void Of_PathsThatDifferInCase_AreTwoJobs() => Assert.NotEqual(JobId.Of("/jobs/a"), JobId.Of("/jobs/A"));
}
