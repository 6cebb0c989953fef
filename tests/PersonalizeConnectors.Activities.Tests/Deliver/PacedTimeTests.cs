using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class PacedTimeTests
{
    [Theory]
    [InlineData(0, 5, null)]
    [InlineData(1, 5, null)]
    [InlineData(2, 5, null)]
    [InlineData(300, 50, null)]
    [InlineData(100, 20, 100L)]
    [InlineData(101, 20, 100L)]
    [InlineData(350, 20, 100L)]
    public void Of_AnyBudget_IsWhatAPacerTakes(long requests, double perSecond, long? perHour)
    {
        var clock = new FakeTimeProvider();
        using var pacer = new Pacer(clock);
        using var lease = pacer.Join(perSecond, perHour);
        var start = clock.GetUtcNow();
        for (var sent = 0L; sent < requests;)
        {
            var wait = pacer.TryTake();
            sent += wait == TimeSpan.Zero ? 1 : 0;
            clock.Advance(wait);
        }

        // A budget's window is counted by whole seconds, and a late timer may catch up.
        var taken = clock.GetUtcNow() - start;
        Assert.InRange(PacedTime.Of(requests, perSecond, perHour).TotalSeconds, (taken.TotalSeconds * 0.97) - 6, (taken.TotalSeconds * 1.03) + 1);
    }
}
