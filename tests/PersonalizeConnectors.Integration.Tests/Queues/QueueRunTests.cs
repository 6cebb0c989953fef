using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Queues;

/// <summary>Jobs that deliver through a queue, and its drain, by a real worker on a real server.</summary>
public sealed class QueueRunTests(TemporalServerFixture server, AwsFixture aws)
{
    private const int Users = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "parallelArrays")]
    [InlineData(true, "arrayOfObjects")]
    public async Task Run_ThroughTheQueue_GivesTheProfilesOfADirectRun(bool isFifo, string shape)
    {
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 5, isFifo);
        var settings = $$"""
            "attributeShape": "{{shape}}", "attributePrefix": "recs_", "otherAttributes": { "source": "nightly" }, "includeScores": true
            """;
        using var root = TestRoot.Create(Users, connectors: $$"""{ "braze": { {{settings}}, "delivery": "queue", "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new() { Settings = new() { BlacklistedExternalIds = [TestRoot.UserId(7)] } }, Token);
        await using var host = await StartAsync(root, braze);

        var first = await host.RunAsync(root.JobPath);
        Assert.True(first.Status == RunStatus.Completed, $"{first.Failure}");
        Assert.Equal((Users, 0), (first.Users("accepted"), first.Users("rejected")));
        Assert.Equal(0, braze.Profiles.Count);

        // The destination refuses one user: the next run sends that one again, and it alone.
        var refused = await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.Count == Users - 1));
        Assert.Equal((Users - 1, 1, 0), (refused.Accepted, refused.Rejected, refused.Poison));
        Assert.Single(Directory.GetFiles(Path.Combine(root.JobPath, "output", "braze", "state", "retractions")));
        braze.Settings = braze.Settings with { BlacklistedExternalIds = [] };
        var second = await host.RunAsync(root.JobPath);
        Assert.Equal((1, 1, Users - 1), (second.Users("changed"), second.Users("accepted"), second.Users("unchanged")));
        var taken = await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.Count == Users));
        Assert.Equal((1, 0), (taken.Accepted, taken.Rejected));

        using var plain = TestRoot.Create(Users, connectors: $$"""{ "braze": { {{settings}} } }""");
        await using var directBraze = await BrazeSimulator.StartAsync(new(), Token);
        await using var directHost = await JobHost.StartAsync(server.Client, plain.Path, ("braze", directBraze));
        var direct = await directHost.RunAsync(plain.JobPath);
        Assert.True(direct.Status == RunStatus.Completed, $"{direct.Failure}");
        Assert.Equal(Profiles(directBraze), Profiles(braze));
    }

    /// <summary>Everything that a message must carry: query items, ids alone, users who are to be cleared.</summary>
    [Theory]
    [InlineData("""{ "attributeShape": "itemIds", "onRemoved": "clear" """)]
    [InlineData("""{ "attributeShape": "arrayOfObjects", "includeQueryItems": true, "onRemoved": "clear", "otherAttributes": { "source": "nightly" } """)]
    public async Task Run_ItemKeyedWithRemovedUsersThroughTheQueue_GivesTheProfilesOfADirectRun(string settings)
    {
        const int All = 60;
        const int Staying = 57;
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 5);
        using var root = TestRoot.CreateItemKeyed(All, items: 20);
        root.WriteConfig($$"""{ "braze": {{settings}}, "delivery": "queue", "queue": { "url": "{{url}}" } } }""");
        using var plain = TestRoot.CreateItemKeyed(All, items: 20);
        plain.WriteConfig($$"""{ "braze": {{settings}} } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var directBraze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await StartAsync(root, braze);
        await using var directHost = await JobHost.StartAsync(server.Client, plain.Path, ("braze", directBraze));
        await host.RunAsync(root.JobPath);
        await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.Count == All));
        await directHost.RunAsync(plain.JobPath);
        Assert.Equal(Profiles(directBraze), Profiles(braze));

        root.WriteMapping(Staying, items: 20);
        plain.WriteMapping(Staying, items: 20);
        var second = await host.RunAsync(root.JobPath);
        Assert.True(second.Status == RunStatus.Completed, $"{second.Failure}");
        var cleared = await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.All().Sum(p => p.Updates) >= All + All - Staying));
        var direct = await directHost.RunAsync(plain.JobPath);

        Assert.True(direct.Status == RunStatus.Completed, $"{direct.Failure}");
        Assert.Equal((All - Staying, All - Staying), (second.Users("removed"), (int)cleared.Accepted));
        Assert.Equal(Profiles(directBraze), Profiles(braze));
    }

    /// <summary>The sample's function at the other end of a run's queue.</summary>
    [Fact]
    public async Task Run_MessagesReadByTheSamplesFunction_GiveTheProfilesOfADirectRun()
    {
        const int FewUsers = 60;
        const string Settings = """ "itemMetadataFields": ["name", "price"], "otherAttributes": { "source": "nightly" } """;
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 5);
        using var root = TestRoot.Create(FewUsers, connectors: $$"""{ "braze": { {{Settings}}, "delivery": "queue", "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await StartAsync(root, braze);
        var run = await host.RunAsync(root.JobPath);
        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        using var plain = TestRoot.Create(FewUsers, connectors: $$"""{ "braze": { {{Settings}} } }""");
        await using var directBraze = await BrazeSimulator.StartAsync(new(), Token);
        await using var directHost = await JobHost.StartAsync(server.Client, plain.Path, ("braze", directBraze));
        await directHost.RunAsync(plain.JobPath);

        // As the function: what one receive brings is one request.
        using var http = new HttpClient { BaseAddress = braze.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", braze.ApiKey);
        using var sqs = await aws.SqsAsync();
        for (var read = 0; read < FewUsers;)
        {
            var messages = (await sqs.ReceiveMessageAsync(new Amazon.SQS.Model.ReceiveMessageRequest(url) { MaxNumberOfMessages = 10 }, Token)).Messages ?? [];
            using var answer = await http.PostAsync(new Uri("users/track", UriKind.Relative), SampleDequeue.RequestOf(messages.Select(m => m.Body)), Token);
            Assert.True(answer.IsSuccessStatusCode);
            read += messages.Count;
        }

        Assert.Equal(Profiles(directBraze), Profiles(braze));
    }

    /// <summary>A message that were visible while its request is under way would be received again, and be a dead letter then.</summary>
    [Fact]
    public async Task Drain_RequestLongerThanTheVisibility_HoldsItsMessages()
    {
        var (url, deadLetters) = await aws.CreateQueueAsync(maxReceives: 1);
        using var root = TestRoot.Create(1, connectors: $$"""{ "braze": { "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new() { Settings = new() { Latency = new() { Milliseconds = 20_000 } } }, Token);
        await using var host = await StartAsync(root, braze, visibilitySeconds: 8);
        using var sqs = await aws.SqsAsync();
        await sqs.SendMessageAsync(url, """{"userId":"anna","recommendations":[{"itemId":"1"}]}""", Token);

        var counts = await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.Count == 1));

        Assert.Equal((1, 1), (counts.Accepted, counts.Requests!.Sent));
        Assert.Equal(0, (await sqs.GetQueueAttributesAsync(deadLetters, ["ApproximateNumberOfMessages"], Token)).ApproximateNumberOfMessages);
    }

    [Fact]
    public async Task Drain_MessageThatIsNoRecord_EndsInTheDeadLetterQueueAndIsCounted()
    {
        var (url, deadLetters) = await aws.CreateQueueAsync(maxReceives: 2);
        using var root = TestRoot.Create(1, connectors: $$"""{ "braze": { "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await StartAsync(root, braze, visibilitySeconds: 2);
        using var sqs = await aws.SqsAsync();
        await sqs.SendMessageAsync(url, "no record", Token);
        await sqs.SendMessageAsync(url, """{"userId":"anna","recommendations":[{"itemId":"1"}]}""", Token);

        var counts = await DrainAsync(
            host, root, async () => (await sqs.GetQueueAttributesAsync(deadLetters, ["ApproximateNumberOfMessages"], Token)).ApproximateNumberOfMessages == 1);

        Assert.Equal((1, 1), (counts.Poison, counts.Accepted));
        Assert.Equal(1, braze.Profiles.Count);
    }

    [Fact]
    public async Task Drain_MessagesTwiceAndOutOfOrder_EverybodyHasTheNewest()
    {
        // The emulator gets slow with its queue's length.
        const int FewUsers = 50;
        const int Nights = 3;
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 5);
        using var root = TestRoot.Create(1, connectors: $$"""{ "braze": { "queue": { "url": "{{url}}" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        var messages = Enumerable.Range(0, FewUsers).SelectMany(user => Enumerable.Range(1, Nights).Select(night =>
            $$$"""{"userId":"u-{{{user}}}","recommendations":[{"itemId":"of-night-{{{night}}}"}],"jobInfo":{"name":"shop","runDateTime":"2026-11-2{{{night}}}T02:00:00Z"}}""")).ToArray();
        string[] twice = [.. messages, .. messages];
        new Random(20261128).Shuffle(twice);
        using var sqs = await aws.SqsAsync();
        foreach (var batch in twice.Chunk(10))
        {
            await sqs.SendMessageBatchAsync(url, [.. batch.Select((body, i) => new Amazon.SQS.Model.SendMessageBatchRequestEntry($"{i}", body))], Token);
        }

        await using var host = await StartAsync(root, braze);
        var counts = await DrainAsync(host, root, () => Task.FromResult(braze.Profiles.Count == FewUsers));

        // A queue may hand one out once more than asked for.
        Assert.InRange(counts.Received, twice.Length, twice.Length + 10);
        Assert.Equal((counts.Received, 0, 0), (counts.Accepted + counts.Superseded, counts.Rejected, counts.Poison));
        Assert.All(braze.Profiles.All(), profile => Assert.Equal($"[\"of-night-{Nights}\"]", profile["recommendation_itemId"]));
    }

    [Fact]
    public async Task Run_NoSuchQueue_IsRefusedBeforeAnythingIsWritten()
    {
        using var root = TestRoot.Create(3, connectors: """{ "braze": { "delivery": "queue", "queue": { "name": "none-of-this-name" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await StartAsync(root, braze);

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(FailureTypes.InvalidConfiguration, run.Failure!.Type);
        Assert.Contains("Cannot find the queue none-of-this-name", run.Failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "output")));
    }

    private static string[] Profiles(BrazeSimulator braze) =>
        [.. braze.Profiles.All().Select(p => $"{p.Identity.Key} {string.Join(' ', p.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))}").Order(StringComparer.Ordinal)];

    private async Task<JobHost> StartAsync(TestRoot root, BrazeSimulator braze, int visibilitySeconds = 120) => await JobHost.StartAsync(server.Client, new Dictionary<string, string?>
    {
        ["Storage:LocalRoots:0"] = root.Path,
        ["Connectors:braze:RestEndpointUrl"] = braze.Address.ToString(),
        ["Connectors:braze:ApiKey"] = braze.ApiKey,
        ["Connectors:braze:AllowLoopback"] = "true",
        ["Sqs:Endpoint"] = await aws.EndpointAsync(),
        ["Sqs:Region"] = AwsFixture.Region,
        ["Sqs:WaitSeconds"] = "1",
        ["Sqs:VisibilitySeconds"] = visibilitySeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    /// <summary>Drains until it is so, and stops.</summary>
    private async Task<DrainCounts> DrainAsync(JobHost host, TestRoot root, Func<Task<bool>> until)
    {
        var input = new QueueDrainInput { JobPath = root.JobPath, Connector = "braze" };
        var handle = await host.Client.StartWorkflowAsync(
            (QueueDrainWorkflow drain) => drain.RunAsync(input), new WorkflowOptions(DrainId.Of(root.JobPath, "braze"), host.Queue));
        await Waiting.ForAsync(
            async () => await until() || (await handle.DescribeAsync()).Status != Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Running,
            "the drain to send");
        using var sqs = await aws.SqsAsync();
        await Waiting.ForAsync(
            async () =>
            {
                var facts = await sqs.GetQueueAttributesAsync(
                    await QueueOfAsync(root), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], Token);
                return facts.ApproximateNumberOfMessages == 0 && facts.ApproximateNumberOfMessagesNotVisible == 0;
            },
            "an empty queue");
        await handle.SignalAsync(drain => drain.StopAsync());
        return (await handle.GetResultAsync()).Counts;
    }

    private static async Task<string> QueueOfAsync(TestRoot root) =>
        (string)System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(root.JobPath, "config.json"), Token))!["connectors"]!["braze"]!["queue"]!["url"]!;
}
