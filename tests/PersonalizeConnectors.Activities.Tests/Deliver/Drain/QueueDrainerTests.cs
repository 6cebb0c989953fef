using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Drain;

public sealed class QueueDrainerTests
{
    // As the sample's enqueue function writes them: Python's spaces and escapes, a time without a zone.
    private const string SampleRelated = """
        {"queryItemId": "i-1", "userId": "anna@ex.org", "recommendations": [{"name": "Z\u00e9lt", "price": 10, "itemId": "106"}, {"name": "Z\u00e9lt", "price": 10, "itemId": "106"}, {"name": "Pan", "price": 2.50, "itemId": "107"}], "jobInfo": {"name": "stack-ETL-prod", "runDateTime": "2026-11-23T02:00:05.123456"}, "syncDirectives": {"attributePrefix": "recs_", "otherAttributes": {"source": "nightly"}, "unknown": [1, {"x": null}]}}
        """;

    // The rest of a record that no destination takes.
    private const string Refused = """ "recommendations":[{"itemId":"a"}],"syncDirectives":{"otherAttributes":{"external_id":"x"}}}""";

    [Fact]
    public async Task Drain_RecordsOfTheSample_AreProfiles()
    {
        await using var rig = await DrainRig.StartAsync();
        rig.Queue.Put(SampleRelated);
        rig.Queue.Put("""{"queryUserId": "bert", "recommendations": [{"id": "7", "name": "Rope", "brand": "", "itemId": "7"}], "more": true}""");
        rig.Queue.Put("""{"queryUserId": "cleo", "recommendations": []}""");
        rig.Queue.Put("""{"queryUserId": "dora"}""");

        var counts = await rig.DrainAsync();

        Assert.Equal(new DrainCounts(Received: 4, Accepted: 2, Empty: 2, Requests: new(1)), counts);
        Assert.Equal("""["Zélt","Pan"]""", rig.Attribute("anna@ex.org", "recs_name"));
        Assert.Equal("[10,2.50]", rig.Attribute("anna@ex.org", "recs_price"));
        Assert.Equal("""["106","107"]""", rig.Attribute("anna@ex.org", "recs_itemId"));
        Assert.Equal("\"nightly\"", rig.Attribute("anna@ex.org", "source"));
        Assert.Equal("""["Rope"]""", rig.Attribute("bert", "recommendation_name"));
        Assert.Equal("""["7"]""", rig.Attribute("bert", "recommendation_itemId"));
        Assert.Null(rig.Attribute("bert", "recommendation_id"));
        Assert.Equal(2, rig.Braze.Profiles.Count);
        Assert.Empty(rig.Retractions());
    }

    [Fact]
    public async Task Drain_SeveralMessagesOfAUser_TheNewestWinsInWhateverOrder()
    {
        await using var rig = await DrainRig.StartAsync();
        rig.Queue.Put(Record("anna", "third", "2026-11-25T02:00:00Z"));
        rig.Queue.Put(Record("anna", "first", "2026-11-23T02:00:00Z"));
        rig.Queue.Put(Record("anna", "second", "2026-11-24T02:00:00"));
        rig.Queue.Put(Record("bert", "later", null), sentAt: 2_000_000);
        rig.Queue.Put(Record("bert", "sooner", null), sentAt: 1_000_000);
        rig.Queue.Put(Record("cleo", "same run, first", "2026-11-25T02:00:00Z"), sentAt: 1);
        rig.Queue.Put(Record("cleo", "same run, last", "2026-11-25T02:00:00Z"), sentAt: 2);

        var counts = await rig.DrainAsync();

        Assert.Equal((7, 3, 4), (counts.Received, counts.Accepted, counts.Superseded));
        Assert.Equal(
            ["[\"third\"]", "[\"later\"]", "[\"same run, last\"]"],
            new[] { "anna", "bert", "cleo" }.Select(user => rig.Attribute(user, "recommendation_itemId")));
        Assert.Equal(7, rig.Queue.Deleted.Count);
    }

    [Fact]
    public async Task Drain_OlderAndRepeatedMessagesThatComeLater_ChangeNothing()
    {
        await using var rig = await DrainRig.StartAsync();
        using var stop = new CancellationTokenSource();
        var drain = rig.RunAsync(stop.Token);
        rig.Queue.Put(Record("anna", "newest", "2026-11-25T02:00:00Z"));
        await UntilAsync(() => rig.Queue.Deleted.Count == 1);
        rig.Queue.Put(Record("anna", "older", "2026-11-24T02:00:00Z"));
        rig.Queue.Put(Record("anna", "newer still", "2026-11-26T02:00:00Z"));
        await UntilAsync(() => rig.Queue.Deleted.Count == 3);
        await stop.CancelAsync();

        var counts = await drain;

        Assert.Equal((2, 1), (counts.Accepted, counts.Superseded));
        Assert.Equal("[\"newer still\"]", rig.Attribute("anna", "recommendation_itemId"));
    }

    [Fact]
    public async Task Drain_UserInFlight_NewerMessageWaitsForItsEnd()
    {
        var inFlight = 0;
        var most = 0;
        await using var rig = await DrainRig.StartAsync(_ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inFlight));
            Interlocked.Decrement(ref inFlight);
            return new() { Kind = FaultKind.Delay, Milliseconds = 150 };
        });
        using var stop = new CancellationTokenSource();
        var drain = rig.RunAsync(stop.Token);
        for (var version = 1; version <= 4; version++)
        {
            rig.Queue.Put(Record("anna", $"v{version}", $"2026-11-2{version}T02:00:00Z"));
            await UntilAsync(() => rig.Queue.Waiting == 0);
        }

        await UntilAsync(() => rig.Queue.Deleted.Count == 4);
        await stop.CancelAsync();
        await drain;

        Assert.Equal("[\"v4\"]", rig.Attribute("anna", "recommendation_itemId"));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Drain_RefusedUsers_AreRetractedWithReasonAndDeleted()
    {
        await using var rig = await DrainRig.StartAsync();
        var tooLong = new string('x', 1000);
        rig.Queue.Put(Record(tooLong, "a", "2026-11-25T02:00:00Z"));
        rig.Queue.Put(Record("anna", "b", "2026-11-25T02:00:00Z"));
        rig.Queue.Put("""{"userId":"bert","recommendations":[{"itemId":"c"}],"syncDirectives":{"otherAttributes":{"external_id":"somebody else"}}}""");

        var counts = await rig.DrainAsync();

        Assert.Equal((3, 1, 2), (counts.Received, counts.Accepted, counts.Rejected));
        Assert.Equal([tooLong, "bert"], rig.Retractions().Select(r => (string)r["userId"]!).OrderDescending(StringComparer.Ordinal));
        Assert.All(rig.Retractions(), r => Assert.Equal("set", (string)r["operation"]!));
        Assert.Contains("external_id", (string)rig.Retractions().Single(r => (string)r["userId"]! == "bert")["reason"]!, StringComparison.Ordinal);
        Assert.Equal(3, rig.Queue.Deleted.Count);
    }

    /// <summary>Jobs share a queue where SSM names it, one a connector name.</summary>
    [Fact]
    public async Task Drain_RefusedUsersOfSeveralJobs_GoBackToTheJobThatWroteThem()
    {
        const string Other = "etl_jobs/user_personalization/picks";
        const string Namesake = "etl_jobs/personalized_ranking/picks";
        await using var rig = await DrainRig.StartAsync();
        rig.Store.Put(Other + "/config.json", "{}");
        rig.Store.Put(Namesake + "/config.json", "{}");
        rig.Store.Put("etl_jobs/user_personalization/no job/input/x", "");
        foreach (var (user, job) in new[] { ("anna", "shop"), ("bert", "picks"), ("cleo", "stack-ETL-prod"), ("dora", "../picks"), ("emil", "no job") })
        {
            rig.Queue.Put($$"""{"userId":"{{user}}","jobInfo":{"name":"{{job}}"},""" + Refused);
        }

        rig.Queue.Put("""{"userId":"finn",""" + Refused);

        var counts = await rig.DrainAsync();

        Assert.Equal(6, counts.Rejected);
        Assert.Equal(["anna", "cleo", "dora", "emil", "finn"], rig.Retractions().Select(r => (string)r["userId"]!).Order(StringComparer.Ordinal));
        Assert.All([Other, Namesake], job => Assert.Equal("bert", (string)Assert.Single(rig.Retractions(job))["userId"]!));
        Assert.Equal(6, rig.Queue.Deleted.Count);
    }

    /// <summary>SQS may hand out a message again that is held, or that was deleted.</summary>
    [Fact]
    public async Task Drain_MessageComesAgainInFlightAndAfterItsEnd_IsSentOnceAndNothingStays()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        var requests = 0;
        await using var rig = await DrainRig.StartAsync(_ =>
        {
            Interlocked.Increment(ref requests);
            gate.Wait(TestContext.Current.CancellationToken);
            return null;
        });
        using var stop = new CancellationTokenSource();
        var drain = rig.RunAsync(stop.Token);
        // Nothing is read while the first request of all is under way.
        rig.Queue.Put(Record("bert", "a", "2026-11-25T02:00:00Z"));
        await UntilAsync(() => rig.Queue.Deleted.Count == 1);
        gate.Reset();
        var message = rig.Queue.Put(Record("anna", "a", "2026-11-25T02:00:00Z"));
        await UntilAsync(() => Volatile.Read(ref requests) == 2);
        rig.Queue.Redeliver(message);
        await UntilAsync(() => rig.Sight()?.Counts.Superseded == 1);
        Assert.Single(rig.Queue.Deleted);
        gate.Set();
        await UntilAsync(() => rig.Queue.Deleted.Count == 3);
        rig.Queue.Redeliver(message);
        await UntilAsync(() => rig.Queue.Deleted.Count == 4);
        await stop.CancelAsync();

        var counts = await drain;

        Assert.Equal((4, 2, 2, 2), (counts.Received, counts.Accepted, counts.Superseded, counts.Requests!.Sent));
        Assert.Equal((0, 0), (rig.Queue.Waiting, rig.Queue.Held));
    }

    [Fact]
    public async Task Drain_MessagesThatAreNoRecord_StayAndAreCounted()
    {
        await using var rig = await DrainRig.StartAsync();
        string[] poison = ["", "no JSON", "[]", "{}", """{"userId":""}""", """{"userId":"u","recommendations":"none"}""", """{"userId":"u","recommendations":[{"name":"no id"}]}"""];
        foreach (var body in poison)
        {
            rig.Queue.Put(body);
        }

        rig.Queue.Put(Record("anna", "a", null));

        var counts = await rig.DrainAsync(poison.Length);

        Assert.Equal((poison.Length, 1), (counts.Poison, counts.Accepted));
        Assert.Equal((poison.Length, 1), (rig.Queue.Held, rig.Queue.Deleted.Count));
    }

    [Fact]
    public async Task Drain_DestinationAwayForAWhile_HoldsTheMessagesAndSendsThemThen()
    {
        var requests = 0;
        await using var rig = await DrainRig.StartAsync(_ => Interlocked.Increment(ref requests) <= 4 ? new() { Kind = FaultKind.Status, Status = 503 } : null);
        for (var user = 0; user < 200; user++)
        {
            rig.Queue.Put(Record($"u-{user}", "a", null));
        }

        var counts = await rig.DrainAsync();

        Assert.Equal((200, 0, 0), (counts.Accepted, counts.Rejected, counts.Unknown));
        Assert.Equal(200, rig.Braze.Profiles.Count);
        Assert.True(counts.Requests!.Retried > 0);
    }

    /// <summary>SQS lets nobody hold a message for longer than twelve hours.</summary>
    [Fact]
    public async Task Drain_DestinationAwayForElevenHours_GivesTheMessagesBackAndAsksForAnotherAttempt()
    {
        var clock = new FakeTimeProvider();
        await using var rig = await DrainRig.StartAsync(_ => new() { Kind = FaultKind.Status, Status = 503 }, time: clock);
        for (var user = 0; user < 100; user++)
        {
            rig.Queue.Put(Record($"u-{user}", "a", null));
        }

        var drain = rig.RunAsync(CancellationToken.None);
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return drain.IsCompleted;
        });

        var e = await Assert.ThrowsAsync<ConnectorException>(() => drain);
        Assert.Equal((FailureTypes.DestinationUnavailable, true), (e.Type, e.IsTransient));
        Assert.Contains("no request succeeded for 11 hours", e.Message, StringComparison.Ordinal);
        Assert.Contains("It goes on trying", e.Message, StringComparison.Ordinal);
        Assert.Equal((100, 0), (Assert.IsType<DrainResult>(e.Done).Counts.Received, rig.Queue.Held));
        Assert.Equal(100, rig.Queue.Waiting);
        Assert.Empty(rig.Retractions());
    }

    [Fact]
    public async Task Drain_TooManyRefused_SaysWhereTheReasonsLie()
    {
        await using var rig = await DrainRig.StartAsync(guards: """{ "maxRejectRate": 0.1 }""");
        for (var user = 0; user < 1200; user++)
        {
            rig.Queue.Put($"{{\"userId\":\"u-{user}\"," + Refused);
        }

        var e = await Assert.ThrowsAsync<ConnectorException>(() => rig.DrainAsync());

        Assert.Equal((FailureTypes.GuardTripped, false), (e.Type, e.IsTransient));
        Assert.EndsWith($"Look at the reasons in {DrainRig.JobPath}/output/braze/state/retractions/, mend them, and start it again.", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(rig.Retractions());
    }

    [Fact]
    public async Task Drain_Stopped_GivesBackWhatIsNotSettled()
    {
        await using var rig = await DrainRig.StartAsync(_ => new() { Kind = FaultKind.Status, Status = 503 });
        for (var user = 0; user < 100; user++)
        {
            rig.Queue.Put(Record($"u-{user}", "a", null));
        }

        using var stop = new CancellationTokenSource();
        var drain = rig.RunAsync(stop.Token);
        await UntilAsync(() => rig.Sight() is { Counts.Received: 100, Held: 100, OldestSentAt: not null } && rig.Braze.Statistics.Requests > 0);
        await stop.CancelAsync();
        var counts = await drain;

        Assert.Equal((100, 0), (counts.Received, counts.Accepted));
        Assert.Equal((100, 0), (rig.Queue.Waiting, rig.Queue.Held));
        Assert.Empty(rig.Retractions());
    }

    [Fact]
    public async Task Drain_WrongKey_EndsWithTheSentenceAndLosesNothing()
    {
        await using var rig = await DrainRig.StartAsync(_ => new() { Kind = FaultKind.Status, Status = 401 });
        rig.Queue.Put(Record("anna", "a", null));

        var e = await Assert.ThrowsAsync<ConnectorException>(() => rig.RunAsync(CancellationToken.None));

        Assert.Equal(FailureTypes.DestinationRefused, e.Type);
        Assert.Equal((1, 0), (rig.Queue.Waiting, rig.Queue.Deleted.Count));
    }

    [Fact]
    public async Task Drain_DeletionFails_IsTriedAgain()
    {
        await using var rig = await DrainRig.StartAsync();
        var isFirst = true;
        rig.Queue.OnDelete = receipts => Interlocked.Exchange(ref isFirst, false) ? receipts : [];
        rig.Queue.Put(Record("anna", "a", null));

        var counts = await rig.DrainAsync();

        Assert.Equal((1, 1), (counts.Accepted, rig.Queue.Deleted.Count));
    }

    private static string Record(string user, string item, string? runDateTime) =>
        $$"""{"userId":"{{user}}","recommendations":[{"itemId":"{{item}}"}]{{(runDateTime is null ? "" : $",\"jobInfo\":{{\"name\":\"shop\",\"runDateTime\":\"{runDateTime}\"}}")}}}""";

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "It does not come to that.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
