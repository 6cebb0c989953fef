using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

public sealed class JobValidatorTests
{
    [Theory]
    [InlineData(JobTypes.RelatedItems)]
    [InlineData(JobTypes.UserPersonalization)]
    [InlineData(JobTypes.PersonalizedRanking)]
    public async Task Validate_JobInOrder_HasNoProblem(string jobType)
    {
        var result = await new JobFixture(jobType).ValidateAsync();

        Assert.Empty(result.Problems);
        Assert.True(result.IsValid);
    }

    [Fact]
    public async Task Validate_EverythingWrong_NamesItAllAtOnce()
    {
        var fixture = new JobFixture();
        fixture.Put("config.json", """{ "batchInferencePath": "batch/none/", "keepRuns": 0, "connectors": { "braze": { "x": 1 } } }""");
        fixture.Put("input/user_item_mapping/users.csv", "user,item\n");
        fixture.Put("input/item_metadata/items.json", "{\"name\":\"x\"}\n");

        var result = await fixture.ValidateAsync();

        Assert.Null(result.Configuration);
        Assert.Equal(
            ["$.keepRuns", "$.connectors.braze.x", "$.batchInferencePath"],
            result.Problems.Where(p => p.File.EndsWith("config.json", StringComparison.Ordinal)).Select(p => p.Path));
        Assert.Equal(2, result.Problems.Count(p => p.File.EndsWith("users.csv", StringComparison.Ordinal) && p.Severity == Severity.Error));
        Assert.Single(result.Problems, p => p.File.EndsWith("item_metadata/", StringComparison.Ordinal) && p.Severity == Severity.Error);
    }

    [Fact]
    public async Task Validate_NoConfiguration_NamesTheNearestFile()
    {
        var fixture = new JobFixture();
        await fixture.DeleteAsync("config.json");
        fixture.Put("Config.jsonc", "{}");

        var result = await fixture.ValidateAsync();

        Assert.Equal("Config.jsonc", Assert.Single(result.Problems).Nearest);
        Assert.False(result.IsValid);
    }

    [Fact]
    public async Task Validate_NoJob_SaysSo()
    {
        var fixture = new JobFixture();
        fixture.Job = fixture.Locator.Open("etl_jobs/user_personalization/none");

        Assert.Contains("nothing at", (await fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ConfigurationCannotBeRead_IsAProblem()
    {
        var fixture = new JobFixture();
        fixture.Store.OnCall = (operation, key) =>
        {
            if (operation == "open" && key.EndsWith("config.json", StringComparison.Ordinal))
            {
                throw new StorageException("config.json: access denied.", transient: false);
            }
        };

        var problem = await fixture.ProblemAsync();

        Assert.Equal(("config.json", "config.json: access denied."), (problem.File, problem.Found));
    }

    [Theory]
    [InlineData("user_segmentation", null)]
    [InlineData("related_item", "related_items")]
    public async Task Validate_OtherJobType_IsRefused(string jobType, string? nearest)
    {
        var problem = await new JobFixture(jobType).ProblemAsync();

        Assert.Equal((Severity.Error, nearest), (problem.Severity, problem.Nearest));
        Assert.Contains(jobType, problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_BucketThatTheWorkerDoesNotTake_IsAProblemOfThePath()
    {
        var fixture = new JobFixture();
        fixture.Put("config.json", """{ "batchInferencePath": "s3://other/batch/", "connectors": { "braze": {} } }""");

        Assert.Equal("$.batchInferencePath", (await fixture.ProblemAsync()).Path);
    }

    [Fact]
    public async Task Validate_OutputInAnotherStore_IsReadFromThere()
    {
        var fixture = new JobFixture(JobTypes.UserPersonalization);
        var other = new FakeObjectStore(fixture.Time);
        other.Put("batch/a.out.gz", "this is not gzip");
        fixture.Locator.Buckets["other"] = other;
        fixture.Put("config.json", """{ "batchInferencePath": "s3://other/batch/", "connectors": { "braze": {} } }""");

        var problem = await fixture.ProblemAsync();

        Assert.Equal($"{other.Address}/batch/a.out.gz", problem.File);
        Assert.Contains("compressed", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_NewerRunUnfinished_WarnsAndTakesTheOlder()
    {
        var fixture = await DatedAsync(newestAge: TimeSpan.FromSeconds(5), olderToo: true);

        var problem = await fixture.ProblemAsync();

        Assert.Equal((Severity.Warning, "$.batchInferencePath"), (problem.Severity, problem.Path));
        Assert.Contains("2026_11_23", problem.Found, StringComparison.Ordinal);
        Assert.Contains("2026_11_22", problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_OnlyRunUnfinished_IsAnError() =>
        Assert.Equal(Severity.Error, (await (await DatedAsync(TimeSpan.FromSeconds(5), olderToo: false)).ProblemAsync()).Severity);

    [Fact]
    public async Task Validate_OutputThatChangesMeanwhile_IsAnError()
    {
        var fixture = new JobFixture();
        fixture.Store.OnCall = (operation, key) =>
        {
            if (operation == "list" && key.EndsWith("item_metadata/", StringComparison.Ordinal))
            {
                fixture.Store.Put("batch/shop/second.out", "{}");
            }
        };

        var problem = await fixture.ProblemAsync();

        Assert.Equal(("batch/shop/", Severity.Error), (problem.File, problem.Severity));
        Assert.Contains("changed", problem.Found, StringComparison.Ordinal);
    }

    private static async Task<JobFixture> DatedAsync(TimeSpan newestAge, bool olderToo)
    {
        var fixture = new JobFixture();
        var line = Encoding.UTF8.GetBytes("""{"input":{"itemId":"1"},"output":{"recommendedItems":["2"]}}""");
        await fixture.Store.DeleteAsync(JobFixture.Output, default);
        fixture.Store.Put("batch/shop/b_2026_11_23_02_00_00/a.out", line, fixture.Time.GetUtcNow() - newestAge);
        if (olderToo)
        {
            fixture.Store.Put("batch/shop/b_2026_11_22_02_00_00/a.out", line, fixture.Time.GetUtcNow() - TimeSpan.FromDays(1));
        }

        return fixture;
    }
}
