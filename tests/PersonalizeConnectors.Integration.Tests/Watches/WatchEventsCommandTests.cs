using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Watches;

/// <summary><c>watch-events</c> on a service, with a bucket that tells a queue what is put into it.</summary>
public sealed class WatchEventsCommandTests(AwsFixture aws)
{
    private const int Users = 20;
    private const string Job = "etl_jobs/user_personalization/picks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_OutputPartsAndCompletions_StartRunsAndDeliveries()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync();
        using var local = TestRoot.Create(Users);
        local.WriteConfig("""{ "braze": { "attributeShape": "itemIds" }, "crm": { "type": "braze", "attributeShape": "itemIds" } }""", "\"settleSeconds\": 0");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.NotifyAsync(url, "batch/", Job + "/output/");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        await using var crm = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(crm, "crm");
        var environment = root.Environment(temporal.Address);
        environment["Connectors__Crm__AllowLoopback"] = "true";
        environment["Sqs__WaitSeconds"] = "1";
        await using var worker = ProgramProcess.StartWorker(environment);
        var (started, document, error) = await ProgramProcess.RunAsync(environment, "watch-events", "start", root.Address, "--queue", url, "--quiet", "1s", "--json");
        Assert.True(started == 0, error);
        await Schema.AssertFitsAsync("detach", document);

        // New output: the job runs once it is quiet. What the run itself writes starts nothing.
        await root.UploadAsync(Path.Combine(local.Path, "batch"), "batch/");
        await Waiting.ForAsync(() => braze.Profiles.Count == Users && crm.Profiles.Count == Users, $"the run; {worker.Error}");

        // What another program puts there is delivered, plain or not, and nothing else does harm.
        using var s3 = await aws.S3Async();
        await PutAsync(s3, root, "of another+program (1)", Gzip(Record("zoe")));
        await PutAsync(s3, root, "plain.json", Encoding.UTF8.GetBytes(Record("yan")));
        await PutAsync(s3, root, "for another connector.json", Encoding.UTF8.GetBytes(Record("xena")), connector: "crm");
        using var sqs = await aws.SqsAsync();
        await sqs.SendMessageAsync(url, "no event", Token);
        await Waiting.ForAsync(() => braze.Profiles.Count == Users + 2 && crm.Profiles.Count == Users + 1, $"the parts; {worker.Error}");

        // The solution's event, and its successor's: at once.
        await sqs.SendMessageAsync(
            url,
            """{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","detail":{"Arn":"arn:aws:personalize:eu-west-1:1:batch-inference-job/batch_picks_2026_11_23_02_00_00","Status":"ACTIVE"}}""",
            Token);
        await sqs.SendMessageAsync(
            url,
            """{"source":"solutions.aws.personalize","detail-type":"Personalize BatchInferenceJob status change","detail":{"Arn":"arn:aws:personalize:eu-west-1:1:batch-inference-job/nightly","Status":"ACTIVE","JobName":"nightly","JobOutput":{"s3DataDestination":{"path":"ROOT/batch/picks/"}}}}"""
                .Replace("ROOT", root.Address, StringComparison.Ordinal),
            Token);
        JsonNode status = new JsonObject();
        await Waiting.ForAsync(
            async () =>
            {
                var (_, output, _) = await ProgramProcess.RunAsync(environment, "watch-events", "status", root.Address, "--json");
                await Schema.AssertFitsAsync("watch-events", output);
                status = JsonNode.Parse(output)!;
                return (long?)status["events"]?["completions"] == 2 && (long?)status["runs"]?["started"] >= 2 && (long?)status["parts"]?["delivered"] == 3;
            },
            "the status");
        var (again, _, refused) = await ProgramProcess.RunAsync(environment, "watch-events", "start", root.Address, "--queue", url);
        var (stopped, shown, stopError) = await ProgramProcess.RunAsync(environment, "watch-events", "stop", root.Address);
        var (nothing, _, noWatch) = await ProgramProcess.RunAsync(environment, "watch-events", "stop", root.Address);

        Assert.Equal("running", (string?)status["state"]);
        Assert.Equal((1, 3), ((long)status["events"]!["malformed"]!, (long)status["events"]!["parts"]!));
        Assert.True((long)status["events"]!["ownParts"]! > 0, status.ToString());
        Assert.Equal((1, 0, 1), (again, stopped, nothing));
        Assert.Contains("is under way as workflow \"output-watch:", refused, StringComparison.Ordinal);
        Assert.True(shown.Contains("stopped", StringComparison.Ordinal), stopError);
        Assert.Contains("There is nothing to stop.", noWatch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_StoppedWhileAJobWaits_IsStartedByTheNextWatch()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        var (url, _) = await aws.CreateQueueAsync();
        using var local = TestRoot.Create(Users);
        local.WriteConfig("""{ "braze": {} }""", "\"settleSeconds\": 0");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.NotifyAsync(url, "batch/");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment(temporal.Address);
        environment["Sqs__WaitSeconds"] = "1";
        await using var worker = ProgramProcess.StartWorker(environment);
        string[] start = ["watch-events", "start", root.Address, "--queue", url, "--quiet", "20s"];
        var (started, _, error) = await ProgramProcess.RunAsync(environment, start);
        Assert.True(started == 0, error);
        await root.UploadAsync(Path.Combine(local.Path, "batch"), "batch/");
        await Waiting.ForAsync(
            async () =>
            {
                var (_, output, _) = await ProgramProcess.RunAsync(environment, "watch-events", "status", root.Address, "--json");
                return JsonNode.Parse(output)!["jobs"]!.AsArray() is [{ } job] && job["due"] is not null;
            },
            "the event");

        var (_, stopped, _) = await ProgramProcess.RunAsync(environment, "watch-events", "stop", root.Address);
        var (_, again, _) = await ProgramProcess.RunAsync(environment, start);
        await Waiting.ForAsync(() => braze.Profiles.Count == Users, $"the run; {worker.Error}");

        Assert.Contains("/picks waits to be started; the next watch starts it", stopped, StringComparison.Ordinal);
        Assert.Contains("1 job that waited when the last watch ended will be started.", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_LocalRoot_IsRefused()
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "watch-events", "start", "/tmp/shop");

        Assert.Equal(2, exitCode);
        Assert.Contains("is no root in S3", error, StringComparison.Ordinal);
    }

    private static Task<PutObjectResponse> PutAsync(AmazonS3Client s3, BucketRoot root, string name, byte[] content, string connector = "braze") => s3.PutObjectAsync(
        new PutObjectRequest { BucketName = root.Bucket, Key = $"{Job}/output/{connector}/year=2026/month=11/day=23/time=020000/{name}", InputStream = new MemoryStream(content) }, Token);

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private static string Record(string user) => $$"""{"queryUserId":"{{user}}","recommendations":[{"itemId":"item-1"}]}""";
}
