using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Aws;

/// <summary>S3 that fails, is slow, loses answers, or does not know the credentials any more, in the middle of a run.</summary>
public sealed class FaultyBucketTests(TemporalServerFixture server, AwsFixture aws) : IAsyncLifetime
{
    private const string Job = "etl_jobs/user_personalization/picks";
    private const int Users = 500;

    private readonly TestRoot _local = TestRoot.Create(Users);
    private BrazeSimulator _braze = null!;
    private FaultyProxy _proxy = null!;
    private BucketRoot _root = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string JobPath => $"{_root.Address}/{Job}";

    public async ValueTask InitializeAsync()
    {
        _proxy = await FaultyProxy.StartAsync(await aws.EndpointAsync());
        _root = await BucketRoot.CreateAsync(aws, _local.Path);
        _braze = await BrazeSimulator.StartAsync(new(), Token);
        await _root.PutSecretsAsync(_braze);
    }

    public async ValueTask DisposeAsync()
    {
        await _braze.DisposeAsync();
        await _proxy.DisposeAsync();
        _local.Dispose();
    }

    [Fact]
    public async Task Run_S3FailsIsSlowAndLosesAnswers_SendsEveryUserOnce()
    {
        var random = new Random(20261128);
        var clock = TimeProvider.System;
        var requests = 0;
        _proxy.OnRequest = async (request, stop) =>
        {
            int dice;
            lock (random)
            {
                dice = request.IsS3 ? random.Next(100) : 100;
                requests++;
            }

            if (dice < 5)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), clock, stop);
            }

            return dice is >= 5 and < 12 ? ProxiedAnswer.Error(503, "SlowDown") : null;
        };
        _proxy.LosesAnswer = (request, _) =>
        {
            lock (random)
            {
                return request.IsWrite && random.Next(100) < 5;
            }
        };
        await using var host = await JobHost.StartAsync(server.Client, _root.Settings(_proxy.Address));

        var run = await host.RunAsync(JobPath);

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        Assert.True(requests > 50);
        Assert.Equal((Users, Users), (run.Users("accepted"), (int)_braze.Profiles.Count));
        ReferenceProfiles.AssertSent(ReferenceProfiles.FirstRun(_local.Path, Job), _braze);
        Assert.Equal(_braze.Statistics.Requests, run.Requests("sent"));
        Assert.All(_braze.Profiles.All(), profile => Assert.Equal(1, profile.Updates));
        Assert.Empty(await _root.KeysAsync(Job + "/staging/"));
    }

    /// <summary>Credentials that nobody refreshes: the step that waits says so in one sentence, and goes on once they are renewed.</summary>
    [Fact]
    public async Task Run_CredentialsExpire_SaysSoAndGoesOnWithNewOnes()
    {
        var hasExpired = false;
        _proxy.OnRequest = (request, _) => Task.FromResult(
            request.IsS3 && Volatile.Read(ref hasExpired) ? ProxiedAnswer.Error(400, "ExpiredToken") : null);
        _proxy.LosesAnswer = (request, _) =>
        {
            hasExpired |= request.Path.EndsWith("/plan.json", StringComparison.Ordinal) && request.IsWrite;
            return false;
        };
        await using var host = await JobHost.StartAsync(server.Client, _root.Settings(_proxy.Address));
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = JobPath });
        var failure = "";
        await Waiting.ForAsync(async () => (failure = await LastFailureAsync(handle)).Length > 0, "the step to fail");

        Volatile.Write(ref hasExpired, false);
        _proxy.LosesAnswer = (_, _) => false;
        var run = await JobHost.EndAsync(JobPath, handle, host.Service<Activities.Storage.IJobLocator>());

        Assert.StartsWith($"Cannot read s3://{_root.Bucket}/{Job}/", failure, StringComparison.Ordinal);
        Assert.Contains(": the AWS credentials have expired. Renew them where they come from (aws sso login, the credentials file, the role)", failure, StringComparison.Ordinal);
        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        Assert.Equal(Users, _braze.Profiles.Count);
    }

    /// <summary>Credentials with an end, from where a container's come from: the program gets new ones by itself.</summary>
    [Fact]
    public async Task Run_CredentialsEndAgainAndAgain_AreRefreshed()
    {
        var issued = new List<DateTimeOffset>();
        var used = new HashSet<string>();
        var refused = 0;
        _proxy.OnRequest = (request, _) =>
        {
            lock (issued)
            {
                if (request.Path == "/credentials")
                {
                    issued.Add(TimeProvider.System.GetUtcNow().AddSeconds(4));
                    return Task.FromResult<ProxiedAnswer?>(new(200, Credentials(issued.Count - 1, issued[^1]), "application/json"));
                }

                if (request.SessionToken is not { } token || issued[int.Parse(token, System.Globalization.CultureInfo.InvariantCulture)] < TimeProvider.System.GetUtcNow())
                {
                    refused++;
                    return Task.FromResult<ProxiedAnswer?>(ProxiedAnswer.Error(400, "ExpiredToken"));
                }

                used.Add(token);
                return Task.FromResult<ProxiedAnswer?>(null);
            }
        };
        _local.WriteConfig("""{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 10, "requestsPerSecond": 6 } }""");
        await _root.UploadAsync(_local.Path, prefix: "");
        var environment = _root.Environment(temporalAddress: null, _proxy.Address);
        environment["AWS_ACCESS_KEY_ID"] = null;
        environment["AWS_SECRET_ACCESS_KEY"] = null;
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = _proxy.Address + "/credentials";

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "run", JobPath, "--json");

        Assert.True(exitCode == 0, error);
        Assert.Equal(Users, (int)JsonNode.Parse(output)!["connectors"]!["braze"]!["users"]!["accepted"]!);
        Assert.True(used.Count > 1, $"{used.Count} of {issued.Count} credentials were used, {refused} requests refused.");
    }

    private static string Credentials(int number, DateTimeOffset end) =>
        $$"""{"AccessKeyId":"key","SecretAccessKey":"secret","Token":"{{number}}","Expiration":"{{end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";

    private async Task<string> LastFailureAsync(WorkflowHandle handle)
    {
        var description = await server.Client.WorkflowService.DescribeWorkflowExecutionAsync(
            new DescribeWorkflowExecutionRequest { Namespace = server.Client.Options.Namespace, Execution = new() { WorkflowId = handle.Id } });
        return description.PendingActivities.Select(a => a.LastFailure?.Message).FirstOrDefault(message => message is { Length: > 0 }) ?? "";
    }
}
