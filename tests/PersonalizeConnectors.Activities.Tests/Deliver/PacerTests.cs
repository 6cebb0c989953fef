using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class PacerTests
{
    // Work that comes and goes at random, timers that wake late at random: the rate holds in every window.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 3)]
    [InlineData(33, 4)]
    [InlineData(100, 5)]
    [InlineData(1000, 6)]
    [InlineData(2500, 7)]
    public void TryTake_RandomWork_NeverMoreThanTheRateInAnySecond(int rate, int seed)
    {
        var random = new Random(seed);
        var clock = new FakeTimeProvider();
        using var pacer = new Pacer(clock);
        using var lease = pacer.Join(rate, null);
        var grants = new List<DateTimeOffset>();
        var end = clock.GetUtcNow().AddSeconds(30);
        while (clock.GetUtcNow() < end)
        {
            var wait = pacer.TryTake();
            if (wait == TimeSpan.Zero)
            {
                grants.Add(clock.GetUtcNow());
                clock.Advance(random.Next(50) == 0 ? TimeSpan.FromMilliseconds(random.Next(3000)) : TimeSpan.Zero);
            }
            else
            {
                clock.Advance(wait + (random.Next(20) == 0 ? TimeSpan.FromMilliseconds(random.NextDouble() * 60) : TimeSpan.FromMilliseconds(random.NextDouble() * 2)));
            }
        }

        AssertNoWindowHoldsMore(grants, TimeSpan.FromSeconds(1), rate);
        Assert.True(grants.Count > 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(333)]
    [InlineData(1000)]
    [InlineData(3000)]
    public void TryTake_AlwaysWorkAndLateTimers_UsesNinetyFivePercent(int rate)
    {
        var random = new Random(rate);
        var clock = new FakeTimeProvider();
        using var pacer = new Pacer(clock);
        using var lease = pacer.Join(rate, null);
        var start = clock.GetUtcNow();
        var end = start.AddSeconds(60);
        var grants = new List<DateTimeOffset>();
        while (clock.GetUtcNow() < end)
        {
            var wait = pacer.TryTake();
            if (wait == TimeSpan.Zero)
            {
                grants.Add(clock.GetUtcNow());
            }
            else
            {
                clock.Advance(wait + TimeSpan.FromMilliseconds(random.NextDouble() * 5));
            }
        }

        Assert.InRange(grants.Count, 60 * rate * 0.95, 60 * rate);
        AssertNoWindowHoldsMore(grants, TimeSpan.FromSeconds(1), rate);
    }

    [Fact]
    public void TryTake_HourlyBudget_HoldsInAnyHour()
    {
        var clock = new FakeTimeProvider();
        using var pacer = new Pacer(clock);
        using var lease = pacer.Join(2, 500);
        var grants = new List<DateTimeOffset>();
        var end = clock.GetUtcNow().AddHours(5);
        while (clock.GetUtcNow() < end)
        {
            var wait = pacer.TryTake();
            if (wait == TimeSpan.Zero)
            {
                grants.Add(clock.GetUtcNow());
            }
            else
            {
                clock.Advance(wait);
            }
        }

        AssertNoWindowHoldsMore(grants, TimeSpan.FromHours(1), 500);
        Assert.InRange(grants.Count, 2450, 2500);
    }

    [Fact]
    public void Join_SeveralUsers_TheStrictestHolds()
    {
        using var pacer = new Pacer(new FakeTimeProvider());
        using var fast = pacer.Join(100, null);
        Assert.Equal(100, pacer.Rate);
        using (pacer.Join(5, null))
        {
            Assert.Equal(5, pacer.Rate);
        }

        Assert.Equal(100, pacer.Rate);
    }

    [Fact]
    public void Pause_Overlapping_TheLongestHolds()
    {
        var clock = new FakeTimeProvider();
        using var pacer = new Pacer(clock);
        using var lease = pacer.Join(10, null);

        pacer.Pause(TimeSpan.FromSeconds(30));
        pacer.Pause(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(30), pacer.TryTake());
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, pacer.TryTake());
    }

    [Fact]
    public void Join_ThroughTheRegistry_OneAPacerAnAccount()
    {
        using var registry = new PacerRegistry(new FakeTimeProvider());
        using var a = registry.Join("a", 10, null);
        using var again = registry.Join("a", 10, null);
        using var b = registry.Join("b", 10, null);

        Assert.Same(a.Pacer, again.Pacer);
        Assert.NotSame(a.Pacer, b.Pacer);
    }

    [Theory]
    [InlineData(1, 1.0, 0.5)]
    [InlineData(3, 1.0, 2.0)]
    [InlineData(3, 0.25, 0.5)]
    [InlineData(40, 1.0, 30)]
    [InlineData(5, 0.0, 0)]
    public void Backoff_Share_IsOfTheWholeSpan(int failures, double share, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Of(failures, share));

    private static void AssertNoWindowHoldsMore(List<DateTimeOffset> grants, TimeSpan window, int most)
    {
        var first = 0;
        for (var last = 0; last < grants.Count; last++)
        {
            while (grants[last] - grants[first] >= window)
            {
                first++;
            }

            Assert.True(last - first + 1 <= most, $"{last - first + 1} in the window that ends at {grants[last]:O}");
        }
    }
}
