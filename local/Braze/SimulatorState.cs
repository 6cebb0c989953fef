namespace PersonalizeConnectors.Local.Braze;

/// <summary>What the parts of one simulator share.</summary>
internal sealed class SimulatorState : IDisposable
{
    private readonly AttributeNames _names = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile FaultPlan _plan;

    public SimulatorState(BrazeSimulatorOptions options)
    {
        Clock = options.Clock;
        Hook = options.Hook;
        Stopping = _stopping.Token;
        Rate = new(options.Clock);
        Rules = new(_names, Statistics);
        Checks = new(Profiles);
        InFlight = new(Statistics);
        _plan = new(options.Settings, options.Clock);
    }

    public TimeProvider Clock { get; }

    public Func<BrazeRequest, BrazeFault?>? Hook { get; }

    /// <summary>Ends every wait when the simulator ends.</summary>
    public CancellationToken Stopping { get; }

    public Statistics Statistics { get; } = new();

    public ProfileStore Profiles { get; } = new();

    public RateWindow Rate { get; }

    public AttributeRules Rules { get; }

    public ObjectChecks Checks { get; }

    public InFlightUsers InFlight { get; }

    /// <summary>The settings now, with their counters.</summary>
    public FaultPlan Plan => _plan;

    public void Use(BrazeSettings settings) => _plan = new(settings, Clock);

    public BrazeStatistics Snapshot() => Statistics.Snapshot(Profiles.Count, Rate.Peak);

    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    /// <summary>Forgets users, counts and windows, and starts the fault rules anew; the settings stay.</summary>
    public void Reset()
    {
        Profiles.Clear();
        _names.Clear();
        Statistics.Reset();
        Rate.Reset();
        Use(_plan.Settings);
    }
}
