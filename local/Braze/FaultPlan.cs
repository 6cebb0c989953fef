namespace PersonalizeConnectors.Local.Braze;

/// <summary>The rules of one settings value with their counters, and everything random. New settings make a new plan.</summary>
internal sealed class FaultPlan(BrazeSettings settings, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly int[] _matches = new int[settings.Faults.Count];
    private readonly DateTimeOffset _start = clock.GetUtcNow();

    private readonly Random _random = new(settings.Seed);

    public BrazeSettings Settings => settings;

    /// <summary>The request's fault by the rules, or null.</summary>
    public BrazeFault? Next(Func<IReadOnlyList<string>> externalIds, int objects)
    {
        if (settings.Faults.Count == 0)
        {
            return null;
        }

        lock (_gate)
        {
            var elapsed = (clock.GetUtcNow() - _start).TotalSeconds;
            for (var i = 0; i < _matches.Length; i++)
            {
                if (Matches(settings.Faults[i], elapsed, externalIds, objects) && Counts(i, settings.Faults[i]))
                {
                    return settings.Faults[i].Fault;
                }
            }

            return null;
        }
    }

    public TimeSpan NextLatency()
    {
        var latency = settings.Latency;
        if (latency.JitterMilliseconds <= 0)
        {
            return TimeSpan.FromMilliseconds(latency.Milliseconds);
        }

        lock (_gate)
        {
            return TimeSpan.FromMilliseconds(latency.Milliseconds + (_random.NextDouble() * latency.JitterMilliseconds));
        }
    }

    private static bool Matches(FaultRule rule, double elapsed, Func<IReadOnlyList<string>> externalIds, int objects) =>
        elapsed >= rule.AfterSeconds
        && (rule.ForSeconds is not { } length || elapsed < rule.AfterSeconds + length)
        && (!rule.OnlyWithOthers || objects > 1)
        && (rule.ExternalId is null || externalIds().Contains(rule.ExternalId));

    private bool Counts(int index, FaultRule rule)
    {
        if (rule.Probability < 1 && _random.NextDouble() >= rule.Probability)
        {
            return false;
        }

        var number = _matches[index]++;
        return number >= rule.Skip && (rule.Times is not { } times || number - rule.Skip < times);
    }
}
