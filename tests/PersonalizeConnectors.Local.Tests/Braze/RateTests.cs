using System.Globalization;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class RateTests
{
    private const string Body = """{"attributes":[{"external_id":"u","a":1}]}""";

    [Fact]
    public async Task Track_BeyondTheBurst_IsLimitedUntilTheWindowEnds()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(new() { Rate = new() { Burst = 2 } }, clock);
        var end = clock.GetUtcNow().ToUnixTimeSeconds() + 3;

        using var first = await workspace.PostAsync(Body);
        using var second = await workspace.PostAsync(Body);
        using var third = await workspace.PostAsync(Body);
        clock.Advance(TimeSpan.FromSeconds(3));
        using var fourth = await workspace.PostAsync(Body);

        Assert.Equal([201, 201, 429, 201], new[] { first, second, third, fourth }.Select(r => (int)r.StatusCode));
        Assert.Equal(["1", "0", "0", "1"], new[] { first, second, third, fourth }.Select(r => Header(r, "x-ratelimit-remaining")));
        Assert.All([first, second, third], r => Assert.Equal(end.ToString(CultureInfo.InvariantCulture), Header(r, "x-ratelimit-reset")));
        Assert.Equal("2", Header(first, "x-ratelimit-limit"));
        Assert.Equal(1, workspace.Simulator.Statistics.RateLimited);
        Assert.Equal(3, workspace.Simulator.Statistics.PeakInWindow);
        Assert.Equal(3, workspace.Simulator.Profiles.Find("u")!.Updates);
    }

    [Fact]
    public async Task Track_RollingWindow_CountsAnySpan()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(new() { Rate = new() { Burst = 2, Rolling = true } }, clock);
        var statuses = new List<int>();

        foreach (var seconds in new[] { 2, 2, 0, 0.9, 0.1 })
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            using var response = await workspace.PostAsync(Body);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([201, 201, 429, 429, 201], statuses);
    }

    [Theory]
    [InlineData(RateHeaders.Epoch, RetryAdvice.ResetHeader, "x-ratelimit-reset", "1795399203")]
    [InlineData(RateHeaders.Delta, RetryAdvice.ResetHeader, "x-ratelimit-reset", "2")]
    [InlineData(RateHeaders.Epoch, RetryAdvice.RetryAfterSeconds, "retry-after", "2")]
    [InlineData(RateHeaders.Epoch, RetryAdvice.RetryAfterDate, "retry-after", "Mon, 23 Nov 2026 02:00:03 GMT")]
    [InlineData(RateHeaders.Epoch, RetryAdvice.XRatelimitRetryAfter, "x-ratelimit-retry-after", "2")]
    [InlineData(RateHeaders.MonthlyUsers, RetryAdvice.ResetHeader, "x-ratelimit-retry-after", "2")]
    public async Task Track_Limited_SaysWhenToComeBack(RateHeaders headers, RetryAdvice advice, string name, string value)
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(new() { Rate = new() { Burst = 1, Headers = headers, Advice = advice } }, clock);
        clock.Advance(TimeSpan.FromSeconds(1));

        using var first = await workspace.PostAsync(Body);
        using var limited = await workspace.PostAsync(Body);

        Assert.Equal(value, Header(limited, name));
        Assert.Equal(name == "x-ratelimit-retry-after", Header(limited, "x-ratelimit-remaining") is null);
        Assert.NotNull(Header(first, "x-ratelimit-remaining"));
    }

    [Fact]
    public async Task Track_NoAdvice_AnswersWithoutHeaders()
    {
        await using var workspace = await Workspace.StartAsync(
            new() { Rate = new() { Burst = 0, Headers = RateHeaders.None, Advice = RetryAdvice.None } });

        using var limited = await workspace.PostAsync(Body);

        Assert.Equal(429, (int)limited.StatusCode);
        Assert.DoesNotContain(limited.Headers, h => h.Key.Contains("rate", StringComparison.OrdinalIgnoreCase) || h.Key == "Retry-After");
    }

    [Fact]
    public async Task Track_HourlyBudgetUsedUp_WaitsForTheClockHour()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(
            new() { Rate = new() { RequestsPerHour = 1, Headers = RateHeaders.MonthlyUsers } }, clock);
        clock.Advance(TimeSpan.FromMinutes(59));

        using var first = await workspace.PostAsync(Body);
        using var second = await workspace.PostAsync(Body);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var third = await workspace.PostAsync(Body);

        Assert.Equal("0", Header(first, "x-ratelimit-remaining"));
        Assert.Equal("60", Header(first, "x-ratelimit-reset"));
        Assert.Equal("60", Header(second, "x-ratelimit-retry-after"));
        Assert.Equal([201, 429, 201], new[] { first, second, third }.Select(r => (int)r.StatusCode));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
