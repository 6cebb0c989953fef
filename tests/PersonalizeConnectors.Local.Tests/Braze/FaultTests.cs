using System.Text.Json.Nodes;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class FaultTests
{
    private static readonly string[] Three =
        ["""{"external_id":"u1","a":1}""", """{"external_id":"u2","a":1}""", """{"external_id":"u3","a":1}"""];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<FaultKind, int, string, int> Bent { get; } = new()
    {
        { FaultKind.Status, 500, """{"message":"Internal Server Error"}""", 0 },
        { FaultKind.MessageNotSuccess, 201, """{"message":"something went wrong"}""", 0 },
        { FaultKind.Queued, 202, """{"message":"queued"}""", 3 },
        { FaultKind.CountTooHigh, 201, """{"message":"success","attributes_processed":4}""", 3 },
        { FaultKind.CountTooLow, 201, """{"message":"success","attributes_processed":2}""", 2 },
        { FaultKind.ErrorWithoutIndex, 201, """{"message":"success","attributes_processed":2,"errors":[{"type":"something about one of the objects"}]}""", 2 },
        { FaultKind.ErrorAsString, 201, """{"message":"success","attributes_processed":2,"errors":["something about one of the objects"]}""", 2 },
        { FaultKind.ErrorIndexOutOfRange, 201, """{"message":"success","attributes_processed":2,"errors":[{"type":"something about one of the objects","input_array":"attributes","index":3}]}""", 2 },
    };

    [Theory]
    [MemberData(nameof(Bent))]
    public async Task Track_Fault_BendsTheAnswer(FaultKind kind, int expected, string text, int applied)
    {
        await using var workspace = await Workspace.StartAsync(hook: _ => new() { Kind = kind });

        var (status, body) = await workspace.TrackAsync(Three);

        Assert.Equal(expected, status);
        Assert.Equal(text, body.ToJsonString());
        Assert.Equal(applied, workspace.Simulator.Profiles.Count);
        Assert.Equal(1, workspace.Simulator.Statistics.Faults);
        Assert.Equal(1, workspace.Simulator.Statistics.Answers[expected]);
    }

    [Theory]
    [InlineData(502, 0)]
    [InlineData(200, 3)]
    public async Task Track_HtmlFault_AnswersAPage(int status, int applied)
    {
        await using var workspace = await Workspace.StartAsync(hook: _ => new() { Kind = FaultKind.Html, Status = status });

        using var response = await workspace.PostAsync($"{{\"attributes\":[{string.Join(',', Three)}]}}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(applied, workspace.Simulator.Profiles.Count);
    }

    [Theory]
    [InlineData(FaultKind.DropBeforeApplying, 0)]
    [InlineData(FaultKind.DropAfterApplying, 3)]
    [InlineData(FaultKind.TruncatedBody, 3)]
    public async Task Track_ConnectionFault_GivesNoWholeAnswer(FaultKind kind, int applied)
    {
        await using var workspace = await Workspace.StartAsync(hook: _ => new() { Kind = kind });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => workspace.TrackAsync(Three));

        Assert.Equal(applied, workspace.Simulator.Profiles.Count);
        Assert.Equal(1, workspace.Simulator.Statistics.Answers[0]);
    }

    [Fact]
    public async Task Track_RateLimitedFault_LooksLikeTheRealOne()
    {
        await using var workspace = await Workspace.StartAsync(
            new() { Rate = new() { Advice = RetryAdvice.RetryAfterSeconds } }, hook: _ => new() { Kind = FaultKind.RateLimited });

        using var response = await workspace.PostAsync($"{{\"attributes\":[{Three[0]}]}}");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(1, workspace.Simulator.Statistics.RateLimited);
        Assert.Equal(0, workspace.Simulator.Profiles.Count);
    }

    [Fact]
    public async Task Track_RuleWithSkipAndTimes_BefallsThose()
    {
        await using var workspace = await Workspace.StartAsync(With(new() { Fault = Status(503), Skip = 1, Times = 2 }));

        Assert.Equal([201, 503, 503, 201], await SendAsync(workspace, 4));
    }

    [Fact]
    public async Task Track_RuleWithProbability_IsRepeatable()
    {
        var settings = With(new() { Fault = Status(500), Probability = 0.3 }) with { Seed = 7 };
        await using var workspace = await Workspace.StartAsync(settings);
        var first = await SendAsync(workspace, 60);

        workspace.Simulator.Reset();
        var second = await SendAsync(workspace, 60);

        Assert.Equal(first, second);
        Assert.InRange(first.Count(status => status == 500), 8, 28);
    }

    [Fact]
    public async Task Track_Outage_BeginsAndEnds()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(With(new() { Fault = Status(503), AfterSeconds = 10, ForSeconds = 5 }), clock);
        var statuses = new List<int>();

        foreach (var seconds in new[] { 9, 1, 4, 1 })
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            statuses.AddRange(await SendAsync(workspace, 1));
        }

        Assert.Equal([201, 503, 503, 201], statuses);
    }

    [Theory]
    [InlineData(false, 400)]
    [InlineData(true, 201)]
    public async Task Track_PoisonUser_SpoilsTheWholeRequest(bool onlyWithOthers, int alone)
    {
        await using var workspace = await Workspace.StartAsync(With(new() { Fault = Status(400), ExternalId = "u2", OnlyWithOthers = onlyWithOthers }));

        Assert.Equal(400, (await workspace.TrackAsync(Three)).Status);
        Assert.Equal(201, (await workspace.TrackAsync(Three[0], Three[2])).Status);
        Assert.Equal(alone, (await workspace.TrackAsync(Three[1])).Status);
    }

    [Fact]
    public async Task Track_FirstMatchingRule_Decides()
    {
        await using var workspace = await Workspace.StartAsync(
            new() { Faults = [new() { Fault = Status(502), Times = 1 }, new() { Fault = Status(503) }] });

        Assert.Equal([502, 503], await SendAsync(workspace, 2));
    }

    [Fact]
    public async Task Track_Hook_SeesTheRequest()
    {
        var seen = new List<BrazeRequest>();
        JsonNode? body = null;
        await using var workspace = await Workspace.StartAsync(hook: request =>
        {
            seen.Add(request);
            body = JsonNode.Parse(request.Body.Span);
            return null;
        });

        await workspace.TrackAsync(Three);

        var request = Assert.Single(seen);
        Assert.Equal(["u1", "u2", "u3"], request.ExternalIds);
        Assert.Equal((1, 3), (request.Sequence, request.Objects));
        Assert.Equal("u2", (string)body!["attributes"]![1]!["external_id"]!);
    }

    private static BrazeSettings With(FaultRule rule) => new() { Faults = [rule] };

    private static BrazeFault Status(int status) => new() { Kind = FaultKind.Status, Status = status };

    private static async Task<List<int>> SendAsync(Workspace workspace, int times)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
        {
            statuses.Add((await workspace.TrackAsync(Three[0])).Status);
        }

        return statuses;
    }
}
