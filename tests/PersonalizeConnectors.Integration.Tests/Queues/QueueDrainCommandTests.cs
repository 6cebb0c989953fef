using System.Text.Json.Nodes;
using Amazon.SQS.Model;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Queues;

/// <summary><c>queue drain</c> on a service, with a worker that is killed.</summary>
public sealed class QueueDrainCommandTests(AwsFixture aws)
{
    private const int Users = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_WorkerKilled_NobodyIsLost()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 100);
        using var root = TestRoot.Create(1, connectors: $$"""{ "braze": { "maxObjectsPerRequest": 10, "queue": { "url": "{{url}}" } } }""");
        await FillAsync(url);
        await using var braze = await BrazeSimulator.StartAsync(new() { Settings = new() { Latency = new() { Milliseconds = 100 } } }, Token);
        var environment = await EnvironmentAsync(braze, temporal, root);

        var (started, document, startError) = await ProgramProcess.RunAsync(environment, "queue", "drain", "start", root.JobPath, "--json");
        Assert.True(started == 0, startError);
        await Schema.AssertFitsAsync("detach", document);
        await using (var first = ProgramProcess.StartWorker(environment))
        {
            await Waiting.ForAsync(() => braze.Profiles.Count > 30, $"the drain; {first.Error}");
            await first.KillAsync();
        }

        await using var second = ProgramProcess.StartWorker(environment);
        await Waiting.ForAsync(() => braze.Profiles.Count == Users, $"everybody; {second.Error}");
        using var sqs = await aws.SqsAsync();
        JsonNode status = new JsonObject();
        await Waiting.ForAsync(
            async () =>
            {
                status = await StatusAsync(environment, root);
                return (string?)status["state"] == "running" && (long)status["queue"]!["waiting"]! == 0 && (long)status["queue"]!["inFlight"]! == 0;
            },
            "the status");
        var (again, _, refused) = await ProgramProcess.RunAsync(environment, "queue", "drain", "start", root.JobPath);
        var (_, shown, _) = await ProgramProcess.RunAsync(environment, "queue", "drain", "status", root.JobPath);
        var (stopped, end, stopError) = await ProgramProcess.RunAsync(environment, "queue", "drain", "stop", root.JobPath, "--json");
        var (nothing, _, noDrain) = await ProgramProcess.RunAsync(environment, "queue", "drain", "stop", root.JobPath);

        Assert.Equal((1, 1), (again, nothing));
        Assert.Contains("is under way as workflow \"queue-drain:", refused, StringComparison.Ordinal);
        Assert.Contains("There is nothing to stop.", noDrain, StringComparison.Ordinal);
        Assert.Contains("dead letters after 100 receives go to", shown, StringComparison.Ordinal);
        Assert.True(stopped == 0, stopError);
        await Schema.AssertFitsAsync("queue-drain", end);
        Assert.Equal("stopped", (string?)JsonNode.Parse(end)!["state"]);
        Assert.InRange((long)JsonNode.Parse(end)!["counts"]!["accepted"]!, Users / 2, Users * 2);
        Assert.Equal(0, (await sqs.GetQueueAttributesAsync(url, ["ApproximateNumberOfMessages"], Token)).ApproximateNumberOfMessages);
    }

    /// <summary>The whole chain: a run fills the queue; Braze is away, then refuses some; the worker is killed; the next run mends what is left.</summary>
    [Fact]
    public async Task Run_RefusalsAnOutageAndAKilledDrain_TheNextRunSendsWhatIsMissing()
    {
        const int Refused = 5;
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 100);
        using var root = TestRoot.Create(Users, connectors: $$"""{ "braze": { "maxObjectsPerRequest": 10, "delivery": "queue", "queue": { "url": "{{url}}" } } }""");
        var isAway = true;
        await using var braze = await BrazeSimulator.StartAsync(
            new()
            {
                Hook = _ => Volatile.Read(ref isAway) ? new() { Kind = FaultKind.Status, Status = 503 } : null,
                Settings = new() { Latency = new() { Milliseconds = 100 }, BlacklistedExternalIds = [.. Enumerable.Range(0, Refused).Select(TestRoot.UserId)] },
            },
            Token);
        var environment = await EnvironmentAsync(braze, temporal, root);
        await using (var first = ProgramProcess.StartWorker(environment))
        {
            var (filled, _, error) = await ProgramProcess.RunAsync(environment, "run", root.JobPath);
            Assert.True(filled == 0, error);
            await ProgramProcess.RunAsync(environment, "queue", "drain", "start", root.JobPath);
            await Waiting.ForAsync(() => braze.Statistics.Requests > 2, $"the drain; {first.Error}");
            Assert.Equal(0, braze.Profiles.Count);
            Volatile.Write(ref isAway, false);
            await Waiting.ForAsync(() => braze.Profiles.Count > Users / 4, $"the drain; {first.Error}");
            await first.KillAsync();
        }

        await using var second = ProgramProcess.StartWorker(environment);
        await Waiting.ForAsync(() => braze.Profiles.Count == Users - Refused, $"everybody else; {second.Error}");
        await EmptyAsync(url);
        braze.Settings = braze.Settings with { BlacklistedExternalIds = [] };
        var (again, report, runError) = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");
        await Waiting.ForAsync(() => braze.Profiles.Count == Users, $"the rest; {second.Error}");
        await EmptyAsync(url);
        await ProgramProcess.RunAsync(environment, "queue", "drain", "stop", root.JobPath);

        Assert.True(again == 0, runError);
        var users = JsonNode.Parse(report)!["connectors"]!["braze"]!["users"]!;
        Assert.Equal((Refused, Users - Refused), ((int)users["accepted"]!, (int)users["unchanged"]!));
        ReferenceProfiles.AssertSent(ReferenceProfiles.FirstRun(root.Path, root.Job), braze);
    }

    [Fact]
    public async Task Status_DrainThatTheDestinationRefused_TellsWhatItHadDoneWithoutAWorker()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 100);
        using var root = TestRoot.Create(1, connectors: $$"""{ "braze": { "maxObjectsPerRequest": 10, "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        var environment = await EnvironmentAsync(braze, temporal, root);
        await FillAsync(url);
        await using (var worker = ProgramProcess.StartWorker(environment))
        {
            await ProgramProcess.RunAsync(environment, "queue", "drain", "start", root.JobPath);
            await Waiting.ForAsync(() => braze.Profiles.Count == Users, $"the drain; {worker.Error}");
            await EmptyAsync(url);
            braze.Settings = braze.Settings with { ApiKey = "another" };
            await FillAsync(url);
            await Waiting.ForAsync(async () => (string?)(await StatusAsync(environment, root))["state"] == "failed", $"the drain to end; {worker.Error}");
        }

        var status = await StatusAsync(environment, root);

        Assert.Equal(("failed", Users), ((string?)status["state"], (long)status["counts"]!["accepted"]!));
        Assert.Contains("401", (string?)status["trouble"], StringComparison.Ordinal);
        Assert.Equal((Users, 0), ((long)status["queue"]!["waiting"]! + (long)status["queue"]!["inFlight"]!, (long)status["queue"]!["deadLetters"]!));
    }

    [Fact]
    public async Task Drain_NoService_SaysWhatItNeeds()
    {
        using var root = TestRoot.Create(1);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "queue", "drain", "start", root.JobPath);

        Assert.Equal(4, exitCode);
        Assert.Contains("start a service and a worker, and then the drain", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(3, 0, 0, true)]
    [InlineData(0, 1, 1, true)]
    [InlineData(null, null, 0, true)]
    public void OldestOf_DrainThatWaitsForMessages_IsToldWhereSomethingIsLeft(int? waiting, int? inFlight, int held, bool isTold)
    {
        var sent = new DateTimeOffset(2026, 11, 28, 2, 0, 0, TimeSpan.Zero);
        var queue = waiting is null ? null : new QueueBacklog("updates", waiting.Value, inFlight!.Value, 0, DeadLetterQueue: null, MaxReceives: null);

        Assert.Equal(isTold ? sent : null, DrainReader.OldestOf(queue, new DrainSight(new(), held, sent)));
    }

    private async Task<Dictionary<string, string?>> EnvironmentAsync(BrazeSimulator braze, DurableTemporal temporal, TestRoot root)
    {
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        environment["AWS_ENDPOINT_URL"] = await aws.EndpointAsync();
        environment["AWS_REGION"] = AwsFixture.Region;
        environment["Sqs__VisibilitySeconds"] = "5";
        environment["Sqs__WaitSeconds"] = "1";
        return environment;
    }

    private static async Task<JsonNode> StatusAsync(Dictionary<string, string?> environment, TestRoot root)
    {
        var (_, output, _) = await ProgramProcess.RunAsync(environment, "queue", "drain", "status", root.JobPath, "--json");
        await Schema.AssertFitsAsync("queue-drain", output);
        return JsonNode.Parse(output)!;
    }

    private async Task EmptyAsync(string url)
    {
        using var sqs = await aws.SqsAsync();
        await Waiting.ForAsync(
            async () => await sqs.GetQueueAttributesAsync(url, ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], Token) is
            {
                ApproximateNumberOfMessages: 0, ApproximateNumberOfMessagesNotVisible: 0,
            },
            "an empty queue");
    }

    private async Task FillAsync(string url)
    {
        using var sqs = await aws.SqsAsync();
        var bodies = Enumerable.Range(0, Users).Select(user => $$$"""{"queryUserId":"{{{TestRoot.UserId(user)}}}","recommendations":[{"itemId":"i-1"}]}""");
        foreach (var batch in bodies.Chunk(10))
        {
            await sqs.SendMessageBatchAsync(url, [.. batch.Select((body, i) => new SendMessageBatchRequestEntry($"{i}", body))], Token);
        }
    }
}
