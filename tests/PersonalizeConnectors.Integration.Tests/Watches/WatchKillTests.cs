using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.SQS.Model;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Watches;

/// <summary>A watch whose worker is killed while ten thousand events come and parts are delivered.</summary>
public sealed class WatchKillTests(AwsFixture aws)
{
    private const int Users = 20;
    private const int Parts = 30;
    private const int RecordsOfAPart = 10;
    // The emulator gets slow with its queue's length, so each message has many.
    private const int Messages = 100;
    private const int EventsOfAMessage = 100;
    private const string Job = "etl_jobs/user_personalization/picks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_WorkerKilledInABurst_DeliversEveryPartAndStartsTheJobOnce()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync();
        const string Connectors = """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 5 } }""";
        using var local = TestRoot.Create(Users, connectors: Connectors);
        local.WriteConfig(Connectors, "\"settleSeconds\": 0");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.UploadAsync(Path.Combine(local.Path, "batch"), "batch/");
        await root.NotifyAsync(url, Job + "/output/");
        await using var braze = await BrazeSimulator.StartAsync(new() { Settings = new() { Latency = new() { Milliseconds = 50 } } }, Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment(temporal.Address);
        environment["Sqs__WaitSeconds"] = "1";
        environment["Sqs__VisibilitySeconds"] = "5";
        for (var part = 0; part < Parts; part++)
        {
            await root.PutAsync(
                $"{Job}/output/braze/year=2026/part-{part}.json",
                string.Concat(Enumerable.Range(0, RecordsOfAPart).Select(n => $$"""{"queryUserId":"of-another-{{part}}-{{n}}","recommendations":[{"itemId":"item-1"}]}""" + "\n")));
        }

        await SendBurstAsync(url, root.Bucket);
        await using (var first = ProgramProcess.StartWorker(environment))
        {
            var (started, _, error) = await ProgramProcess.RunAsync(environment, "watch-events", "start", root.Address, "--queue", url, "--quiet", "3s");
            Assert.True(started == 0, error);
            await Waiting.ForAsync(() => braze.Profiles.Count > RecordsOfAPart, $"the first parts; {first.Error}");
            await first.KillAsync();
        }

        var parts = braze.Profiles.Count;
        await using var second = ProgramProcess.StartWorker(environment);
        await Waiting.ForAsync(() => braze.Profiles.Count == Users + (Parts * RecordsOfAPart), $"all parts and the run; {second.Error}");
        using var sqs = await aws.SqsAsync();
        JsonNode status = new JsonObject();
        await Waiting.ForAsync(
            async () =>
            {
                var (_, output, _) = await ProgramProcess.RunAsync(environment, "watch-events", "status", root.Address, "--json");
                status = JsonNode.Parse(output)!;
                var queue = await sqs.GetQueueAttributesAsync(url, ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], Token);
                return queue.ApproximateNumberOfMessages + queue.ApproximateNumberOfMessagesNotVisible == 0
                    && status["undelivered"]!.AsArray().Count == 0
                    && status["jobs"]!.AsArray() is [{ } job] && job["due"] is null && job["startedAt"] is not null;
            },
            "an empty queue and nothing left to start");

        Assert.InRange(parts, RecordsOfAPart, (Parts * RecordsOfAPart) - 1);
        Assert.True((long)status["runs"]!["started"]! == 1, status.ToString());
        Assert.Equal(Parts, (await root.KeysAsync(Job + "/events/braze/done/")).Count);
        Assert.Empty(await root.KeysAsync(Job + "/events/braze/pending/"));
    }

    // Events of output that was there before: a run that starts after them reads what they tell of.
    private async Task SendBurstAsync(string url, string bucket)
    {
        using var sqs = await aws.SqsAsync();
        var now = TimeProvider.System.GetUtcNow();
        var bodies = Enumerable.Range(0, Messages).Select(message => JsonSerializer.Serialize(new
        {
            Records = Enumerable.Range(0, EventsOfAMessage).Select(n => new
            {
                eventSource = "aws:s3",
                eventName = "ObjectCreated:Put",
                eventTime = now,
                s3 = new { bucket = new { name = bucket }, @object = new { key = $"batch/picks/{message}-{n}.json.out", eTag = $"{message}-{n}" } },
            }),
        }));
        foreach (var batch in bodies.Chunk(10))
        {
            await sqs.SendMessageBatchAsync(url, [.. batch.Select((body, i) => new SendMessageBatchRequestEntry($"{i}", body))], Token);
        }
    }
}
