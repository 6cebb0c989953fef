using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Integration.Tests.Delivery;

/// <summary>Every row of the delivery's promises, end to end: what the far side does, and what is said of each user.</summary>
public sealed class FaultTests(TemporalServerFixture server)
{
    private const int Users = 300;

    public static TheoryData<string, string> Transient => new()
    {
        { "503", "Status" }, { "429", "RateLimited" }, { "closed before", "DropBeforeApplying" }, { "closed after", "DropAfterApplying" },
        { "truncated", "TruncatedBody" }, { "html 502", "Html" }, { "no index", "ErrorWithoutIndex" }, { "string error", "ErrorAsString" },
        { "index out of range", "ErrorIndexOutOfRange" }, { "too many counted", "CountTooHigh" }, { "too few counted", "CountTooLow" },
        { "no success", "MessageNotSuccess" },
    };

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task Run_FaultOnce_SendsTheBatchAgainAndLosesNobody(string name, string kind)
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await StartAsync(new FaultRule { Fault = Fault(kind), Skip = 1, Times = 1 });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.True(run.Status == RunStatus.Completed, $"{name}: {run.Failure}");
        Assert.Equal(Users, run.Users("accepted"));
        Assert.Equal(Users, braze.Profiles.Count);
        Assert.Equal(0, braze.Statistics.Overlaps);
        Assert.Equal(5, run.Requests("sent"));
    }

    [Fact]
    public async Task Run_QueuedAnswer_IsAccepted()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await StartAsync(new FaultRule { Fault = Fault("Queued") });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(Users, run.Users("accepted"));
    }

    [Fact]
    public async Task Run_AnswersNeverMap_LeavesThoseUsersUnknownAndFails()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await StartAsync(new FaultRule { Fault = Fault("ErrorWithoutIndex"), ExternalId = TestRoot.UserId(7) });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.InRange(run.Users("unknown"), 1, 75);
        Assert.Equal(Users - run.Users("unknown"), run.Users("accepted"));

        braze.Settings = braze.Settings with { Faults = [] };
        var next = await host.RunAsync(root.JobPath);
        Assert.Equal(RunStatus.Completed, next.Status);
        Assert.Equal(run.Users("unknown"), next.Users("accepted"));
    }

    [Fact]
    public async Task Run_BlacklistedUser_IsRejectedAloneAndSentAgainByTheNextRun()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { BlacklistedExternalIds = [TestRoot.UserId(3)] } }, TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(RunStatus.CompletedWithRejections, run.Status);
        Assert.Equal((Users - 1, 1), (run.Users("accepted"), run.Users("rejected")));
        Assert.Equal(TestRoot.UserId(3), (string?)Assert.Single(run.Rejections())!["example"]);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(root.JobPath, "output", "braze", "rejected", run.RunId!)));

        braze.Settings = braze.Settings with { BlacklistedExternalIds = [] };
        var next = await host.RunAsync(root.JobPath);
        Assert.Equal((1, 0), (next.Users("accepted"), next.Users("rejected")));
        Assert.Equal(Users, braze.Profiles.Count);
    }

    [Fact]
    public async Task Run_OneObjectSpoilsItsBatch_HalvesUntilItStandsAlone()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await StartAsync(
            new FaultRule { Fault = new() { Kind = FaultKind.Status, Status = 400 }, ExternalId = TestRoot.UserId(11) });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(RunStatus.CompletedWithRejections, run.Status);
        Assert.Equal((Users - 1, 1), (run.Users("accepted"), run.Users("rejected")));
        Assert.Null(braze.Profiles.Find(TestRoot.UserId(11)));
    }

    [Fact]
    public async Task Run_SmallerContract_SplitsRequestsThatAreTooLarge()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Limits = new() { MaxObjects = 20 } } }, TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal((Users, 0), (run.Users("accepted"), run.Users("rejected")));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Run_AccountRefused_StopsThatConnectorAtOnceAndTheNextRunSendsEverything(int status)
    {
        using var root = TestRoot.Create(Users, connectors: """{ "braze": { "attributeShape": "itemIds" }, "other": { "type": "braze", "attributeShape": "itemIds" } }""");
        await using var other = await StartAsync();
        await using var braze = await StartAsync(new FaultRule { Fault = new() { Kind = FaultKind.Status, Status = status } });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze), ("other", other));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal((RunStatus.Failed, FailureTypes.DestinationRefused), (run.Status, run.Failure!.Type));
        Assert.StartsWith("braze: ", run.Failure.Message, StringComparison.Ordinal);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), run.Failure.Message, StringComparison.Ordinal);
        Assert.Equal((0, Users), (run.Users("accepted"), run.Users("accepted", "other")));

        braze.Settings = braze.Settings with { Faults = [] };
        var next = await host.RunAsync(root.JobPath);
        Assert.Equal((RunStatus.Completed, Users, 0), (next.Status, next.Users("accepted"), next.Users("accepted", "other")));
    }

    [Fact]
    public async Task Run_WrongKey_StopsAndTheKeyAppearsNowhere()
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await StartAsync();
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        var key = braze.ApiKey;
        braze.Settings = braze.Settings with { ApiKey = "another" };

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(FailureTypes.DestinationRefused, run.Failure!.Type);
        Assert.True(braze.Statistics.Answers.ContainsKey(401));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(key, run.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, (await run.Handle.FetchHistoryAsync()).ToJson(), StringComparison.Ordinal);
        var delivery = server.Client.GetWorkflowHandle(ConnectorRunIds.Delivery(run.Handle.Id, run.RunId!, "braze"));
        Assert.DoesNotContain(key, (await delivery.FetchHistoryAsync()).ToJson(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root.Path, "*", SearchOption.AllDirectories))
        {
            Assert.False((await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key)) >= 0, file);
        }
    }

    [Fact]
    public async Task Run_MostUsersRejected_StopsEarlyByTheGuard()
    {
        const int Many = 3000;

        // Without a rate all requests may be under way before the first answer is here.
        using var root = TestRoot.Create(Many, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 30 } }""");
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { BlacklistedExternalIds = [.. Enumerable.Range(0, Many).Where(i => i % 4 != 0).Select(TestRoot.UserId)] } },
            TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(FailureTypes.GuardTripped, run.Failure!.Type);
        Assert.Contains("maxRejectRate", run.Failure.Message, StringComparison.Ordinal);
        Assert.True(run.Users("accepted") > 0);
        Assert.True(run.Users("accepted") + run.Users("rejected") < Many);
    }

    [Fact]
    public async Task Run_DestinationStaysAway_GivesUpAfterDeliveryPatience()
    {
        using var root = TestRoot.Create(Users, connectors: """{ "braze": { "attributeShape": "itemIds", "deliveryPatience": 1 } }""");
        await using var braze = await StartAsync(new FaultRule { Fault = new() { Kind = FaultKind.Status, Status = 503 } });
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(FailureTypes.DestinationUnavailable, run.Failure!.Type);
        Assert.Equal(0, run.Users("accepted"));

        braze.Settings = braze.Settings with { Faults = [] };
        Assert.Equal(Users, (await host.RunAsync(root.JobPath)).Users("accepted"));
    }

    [Fact]
    public async Task Run_RateOfTheAccount_IsNeverExceededAtTheFarSide()
    {
        const int Many = 6000;
        using var root = TestRoot.Create(Many, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 40, "maxObjectsPerRequest": 50 } }""");
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Rate = new() { Burst = 1000, WindowSeconds = 1, Rolling = true } } }, TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(Many, run.Users("accepted"));
        // Arrivals jitter by a few milliseconds on a busy machine; departures do not exceed 40 (tested with a clock of its own).
        Assert.InRange(braze.Statistics.PeakInWindow, 30, 44);
    }

    private static Task<BrazeSimulator> StartAsync(params FaultRule[] faults) =>
        BrazeSimulator.StartAsync(new() { Settings = new() { Faults = faults } }, TestContext.Current.CancellationToken);

    private static BrazeFault Fault(string kind) => new() { Kind = Enum.Parse<FaultKind>(kind), Status = kind == "Status" ? 503 : null };
}
