using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Aws;

/// <summary>The command line on <c>s3://</c> paths, by itself: no service, the SDK's own variables.</summary>
public sealed class BucketCommandTests(AwsFixture aws)
{
    private const string Job = "etl_jobs/user_personalization/picks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_JobInABucket_ValidateRunReportAndReset()
    {
        using var local = TestRoot.Create(30);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment();
        var jobPath = $"{root.Address}/{Job}";

        var validated = await ProgramProcess.RunAsync(environment, "validate", jobPath, "--json");
        Assert.True(validated.ExitCode == 0, validated.Output + validated.Error);
        Assert.Empty(JsonNode.Parse(validated.Output)!["problems"]!.AsArray());

        var run = await ProgramProcess.RunAsync(environment, "run", "S3://" + jobPath["s3://".Length..] + "/", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(30, (int)JsonNode.Parse(run.Output)!["connectors"]!["braze"]!["users"]!["accepted"]!);

        var again = await ProgramProcess.RunAsync(environment, "run", jobPath, "--json");
        Assert.Equal(0, (int)JsonNode.Parse(again.Output)!["connectors"]!["braze"]!["users"]!["accepted"]!);

        var reset = await ProgramProcess.RunAsync(environment, "state", "reset", jobPath, "--connector", "braze", "--yes");
        Assert.True(reset.ExitCode == 0, reset.Error);

        var planned = await ProgramProcess.RunAsync(environment, "plan", jobPath, "--json");
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Equal(30, braze.Profiles.Count);
        Assert.Empty(await root.KeysAsync(Job + "/staging/"));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    public async Task Command_S3CannotBeReached_ExitsWith4AndSaysWhere(string command)
    {
        var environment = ProgramEnvironment.Of(braze: null);
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
        environment["AWS_REGION"] = AwsFixture.Region;

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, command, $"s3://pc-test-nowhere/{Job}");

        Assert.Equal(4, exitCode);
        Assert.Contains("S3 at http://127.0.0.1:1 cannot be reached", (output + error).ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoSuchBucket_SaysSoAtOnce()
    {
        var root = new BucketRoot(aws, await aws.EndpointAsync(), "pc-test-nobody-has-this");

        var (exitCode, _, error) = await ProgramProcess.RunAsync(root.Environment(), "run", $"{root.Address}/{Job}");

        Assert.Equal(1, exitCode);
        Assert.Contains("there is no bucket pc-test-nobody-has-this", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_RoleOfTheBucket_IsAssumed()
    {
        using var local = TestRoot.Create(3);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        var environment = root.Environment();
        environment[$"Storage__S3__{root.Bucket}__RoleArn"] = "arn:aws:iam::000000000000:role/reader";

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "validate", $"{root.Address}/{Job}", "--json");
        Assert.True(exitCode == 0, output + error);

        environment["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1";
        var withoutSts = await ProgramProcess.RunAsync(environment, "validate", $"{root.Address}/{Job}", "--json");
        Assert.True(withoutSts.ExitCode == 4, withoutSts.Output + withoutSts.Error);
        Assert.Contains("cannot be reached", withoutSts.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BucketBesideTheList_ExitsWith2()
    {
        var root = new BucketRoot(aws, await aws.EndpointAsync(), "pc-test-other");
        var environment = root.Environment();
        environment["Storage__Buckets"] = "shop";

        var (exitCode, _, error) = await ProgramProcess.RunAsync(environment, "run", $"{root.Address}/{Job}");

        Assert.Equal(2, exitCode);
        Assert.Contains("Storage__Buckets holds shop", error, StringComparison.Ordinal);
    }
}
