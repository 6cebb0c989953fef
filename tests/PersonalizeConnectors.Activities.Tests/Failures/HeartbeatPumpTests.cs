using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Failures;

public sealed class HeartbeatPumpTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<StepPosition> _heartbeats = [];

    [Fact]
    public void Pump_SilentBody_RepeatsTheLastPosition()
    {
        using var pump = new HeartbeatPump(_heartbeats.Add, _clock);
        _clock.Advance(TimeSpan.FromSeconds(3));
        pump.Report(new(5, 9));
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal([new(0, 0), new(5, 9), new(5, 9), new(5, 9)], _heartbeats);
    }

    [Fact]
    public void Dispose_BodyEnded_NoHeartbeatFollows()
    {
        var pump = new HeartbeatPump(_heartbeats.Add, _clock);
        pump.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));
        pump.Report(new(1, 1));

        Assert.Empty(_heartbeats);
    }
}
