using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class LatencyTests
{
    private const string User = """{"external_id":"u","a":1}""";
    private const string Other = """{"external_id":"v","a":1}""";

    [Fact]
    public async Task Track_Latency_AppliesAtItsEnd()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(new() { Latency = new() { Milliseconds = 200 } }, clock);

        var sending = workspace.TrackAsync(User);
        await clock.WaitForWaitAsync();
        Assert.Equal(0, workspace.Simulator.Profiles.Count);
        clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal(201, (await sending).Status);
        Assert.Equal(1, workspace.Simulator.Profiles.Count);
    }

    [Fact]
    public async Task Track_DelayFault_WaitsLonger()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(clock: clock, hook: _ => new() { Kind = FaultKind.Delay, Milliseconds = 5000 });

        var sending = workspace.TrackAsync(User);
        await clock.WaitForWaitAsync();
        clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.Equal(0, workspace.Simulator.Profiles.Count);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(201, (await sending).Status);
    }

    [Fact]
    public async Task Track_SlowBody_ArrivesWhole()
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(clock: clock, hook: _ => new() { Kind = FaultKind.SlowBody, Milliseconds = 500 });

        var sending = workspace.TrackAsync(User);
        for (var piece = 0; piece < 5; piece++)
        {
            await clock.WaitForWaitAsync();
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(1, (int)(await sending).Body["attributes_processed"]!);
    }

    [Theory]
    [InlineData(User, 1)]
    [InlineData(Other, 0)]
    public async Task Track_SameUserInTwoRequestsAtOnce_IsAnOverlap(string second, int overlaps)
    {
        var clock = new ManualClock();
        await using var workspace = await Workspace.StartAsync(new() { Latency = new() { Milliseconds = 200 } }, clock);

        var sending = workspace.TrackAsync(User);
        await clock.WaitForWaitAsync();
        var sendingToo = workspace.TrackAsync(second);
        await clock.WaitForWaitAsync();
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await Task.WhenAll(sending, sendingToo);

        Assert.Equal(overlaps, workspace.Simulator.Statistics.Overlaps);
        Assert.Equal(2, workspace.Simulator.Statistics.PeakInFlight);
    }

    [Fact]
    public async Task Track_SameUserOneAfterTheOtherOrTwiceInOne_IsNoOverlap()
    {
        await using var workspace = await Workspace.StartAsync();

        for (var i = 0; i < 200; i++)
        {
            await workspace.TrackAsync(User, User);
        }

        Assert.Equal(0, workspace.Simulator.Statistics.Overlaps);
    }

    [Fact]
    public async Task Dispose_WhileARequestWaits_CutsItOff()
    {
        var clock = new ManualClock();
        var workspace = await Workspace.StartAsync(new() { Latency = new() { Milliseconds = 200 } }, clock);
        var sending = workspace.TrackAsync(User);
        await clock.WaitForWaitAsync();

        await workspace.Simulator.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        workspace.Client.Dispose();
    }
}
