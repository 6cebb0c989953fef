namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Every number of a delivery that configuration does not set, with its reason.</summary>
internal static class DeliveryPolicies
{
    /// <summary>Tries of an answer that cannot be mapped to users; a destination that is odd three times is odd.</summary>
    public const int UnclearTries = 3;

    /// <summary>First wait after a failure. Full jitter makes it a quarter of a second on average.</summary>
    public static readonly TimeSpan BackoffBase = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait after failures: an outage that ends is noticed within half a minute.</summary>
    public static readonly TimeSpan BackoffCap = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause that a rate header can ask for: hourly budgets reset within the hour, and anything longer is a broken clock.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Pause after "too many requests" without a header: a third of the burst windows known, so that little of the next one is lost.</summary>
    public static readonly TimeSpan UnsaidPause = TimeSpan.FromSeconds(1);

    /// <summary>Requests in flight at most: 1,000 a second at a quarter of a second each.</summary>
    public const int MaxInFlight = 256;

    /// <summary>Requests in flight at least, before latency is known.</summary>
    public const int MinInFlight = 8;

    /// <summary>Bytes of payloads in flight at most, so that a worker's memory does not depend on their size.</summary>
    public const long MaxBytesInFlight = 32L * 1024 * 1024;

    /// <summary>Slots beyond rate × latency, so that a slow answer does not leave the rate unused.</summary>
    public const double InFlightHeadroom = 1.5;

    /// <summary>Settled requests after which the outcome log is written at once.</summary>
    public const int RequestsPerSegment = 100;

    /// <summary>Half of the second that may be repeated after a crash; the other half is for the write itself.</summary>
    public static readonly TimeSpan SegmentAge = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing new is sent while a settled request is unwritten for longer.</summary>
    public static readonly TimeSpan UnwrittenAge = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a look at the hold counts. Half of the heartbeat timeout: a process that stood still for so long may have been given up, and a later run
    /// may send newer values by now.
    /// </summary>
    public static readonly TimeSpan HoldAge = TimeSpan.FromSeconds(5);

    /// <summary>How long requests in flight may go on after a stop; the worker leaves after 20 s, and the log must still be written.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the last segment may take to be written after a stop.</summary>
    public static readonly TimeSpan LastWriteTime = TimeSpan.FromSeconds(8);

    /// <summary>Users sent before a reject rate means anything.</summary>
    public const int RejectRateSample = 100;
}
