using System.Net;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>How to start a simulator.</summary>
public sealed class BrazeSimulatorOptions
{
    /// <summary>
    /// Address it listens on. Default 127.0.0.1: reading profiles and setting faults asks for no key, so whoever reaches it may do both.
    /// </summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>Port on it; 0, the default: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Settings at the start.</summary>
    public BrazeSettings Settings { get; init; } = new();

    /// <summary>Clock of rate windows, outages and latency. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asked for every well-formed request, before the rules; null lets it pass. Must be thread-safe.</summary>
    public Func<BrazeRequest, BrazeFault?>? Hook { get; init; }
}
