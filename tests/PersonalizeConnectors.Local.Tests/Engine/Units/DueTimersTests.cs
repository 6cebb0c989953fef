using PersonalizeConnectors.Local.Engine.Timers;
using PersonalizeConnectors.Local.Tests.Braze;

namespace PersonalizeConnectors.Local.Tests.Engine.Units;

public sealed class DueTimersTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _fired = [];
    private readonly List<Exception> _faults = [];

    [Fact]
    public void Advance_SeveralDue_FireInTheOrderOfTheirTimes()
    {
        using var timers = Timers();
        timers.After(TimeSpan.FromSeconds(3), () => _fired.Add("third"));
        timers.After(TimeSpan.FromSeconds(1), () => _fired.Add("first"));
        timers.After(TimeSpan.FromSeconds(2), () => _fired.Add("second"))!.Cancel();
        timers.After(TimeSpan.FromHours(1), () => _fired.Add("much later"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["first"], _fired);

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["first", "third"], _fired);

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["first", "third", "much later"], _fired);
    }

    [Fact]
    public void After_NoLimit_NeverFires()
    {
        using var timers = Timers();

        Assert.Null(timers.After(TimeSpan.Zero, () => _fired.Add("never")));
    }

    [Fact]
    public void Cancel_Thousands_LeavesTheOthers()
    {
        using var timers = Timers();
        timers.After(TimeSpan.FromSeconds(5), () => _fired.Add("left"));
        for (var i = 0; i < 5000; i++)
        {
            timers.After(TimeSpan.FromSeconds(1), () => _fired.Add("canceled"))!.Cancel();
        }

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["left"], _fired);
    }

    [Fact]
    public void After_WithinAnother_FiresInItsTurn()
    {
        using var timers = Timers();
        timers.After(TimeSpan.FromSeconds(1), () => timers.After(TimeSpan.FromSeconds(1), () => _fired.Add("second")));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_fired);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["second"], _fired);
    }

    [Fact]
    public void Advance_OneFails_TellsItAndFiresTheOthers()
    {
        using var timers = Timers();
        timers.After(TimeSpan.FromSeconds(1), () => throw new InvalidOperationException("broken"));
        timers.After(TimeSpan.FromSeconds(1), () => _fired.Add("beside it"));
        timers.After(TimeSpan.FromSeconds(2), () => _fired.Add("after it"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["beside it"], _fired);
        Assert.Equal("broken", Assert.Single(_faults).Message);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["beside it", "after it"], _fired);
    }

    private DueTimers Timers() => new(_clock, change => change(), _faults.Add);
}
