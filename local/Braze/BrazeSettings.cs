using System.Collections.Immutable;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>
/// How the simulator behaves. An immutable value: a request sees one snapshot from its beginning to its end.
/// Sources of the numbers: Braze's public API documentation, as of September 2026, unless a member says otherwise.
/// </summary>
public sealed record BrazeSettings
{
    /// <summary>The one accepted key.</summary>
    public string ApiKey { get; init; } = "simulator-key";

    /// <summary>False: the key is right but lacks the permission <c>users.track</c>, which is a 403.</summary>
    public bool KeyHasPermission { get; init; } = true;

    /// <summary>Answer to <c>/users/track/</c>. Documented as a cause of 403; a router may as well say 404.</summary>
    public int TrailingSlashStatus { get; init; } = 403;

    public BrazeLimits Limits { get; init; } = new();

    public BrazeRate Rate { get; init; } = new();

    public BrazeLatency Latency { get; init; } = new();

    /// <summary>External ids that the workspace refuses (dummy users).</summary>
    public ImmutableHashSet<string> BlacklistedExternalIds { get; init; } = [];

    /// <summary>Attributes that the workspace drops without a word.</summary>
    public ImmutableHashSet<string> BlocklistedAttributes { get; init; } = [];

    /// <summary>What <c>type</c> in <c>errors[]</c> says: a sentence, as measured, or one of the documented codes.</summary>
    public ErrorTexts ErrorTexts { get; init; } = ErrorTexts.Sentences;

    /// <summary>
    /// True: an attribute's type is what its first value had, and values of another type are ignored. Braze does so since March 2026;
    /// off by default, since it makes a workspace remember what a test did before.
    /// </summary>
    public bool FixedAttributeTypes { get; init; }

    /// <summary>
    /// Where a value stays that stands twice in an array. Braze documents only that equal neighbours become one; both answers agree with that.
    /// </summary>
    public RepeatedValues RepeatedValues { get; init; } = RepeatedValues.KeepFirst;

    /// <summary>The first rule that matches a request decides its fate.</summary>
    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    /// <summary>Seed of everything random: rules with a probability, and jitter.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>Sizes beyond which a request or a value is refused or dropped.</summary>
public sealed record BrazeLimits
{
    /// <summary>Objects in a request: over all arrays, or in each where <see cref="PerArray"/> is set. Default 75.</summary>
    public int MaxObjects { get; init; } = 75;

    /// <summary>The older contract: <see cref="MaxObjects"/> holds for each of the three arrays.</summary>
    public bool PerArray { get; init; }

    /// <summary>Bytes of a body. Default 4,000,000: 4 MB, read as the smaller unit.</summary>
    public int MaxBodyBytes { get; init; } = 4_000_000;

    /// <summary>Answer to a larger body: 413 or 400.</summary>
    public int OversizeStatus { get; init; } = 413;

    /// <summary>Bytes of an external id. Default 987.</summary>
    public int MaxExternalIdBytes { get; init; } = 987;

    /// <summary>Characters of an attribute's name or of a key in an object. Default 255.</summary>
    public int MaxNameCharacters { get; init; } = 255;

    /// <summary>
    /// Characters of a string, in arrays and objects too. Default 255. What Braze does with a longer one is not documented; here its attribute
    /// is dropped, as every other value that does not fit.
    /// </summary>
    public int MaxStringCharacters { get; init; } = 255;

    /// <summary>Values of an array; of a longer one the first stay. Default 500. Which end Braze keeps is not documented.</summary>
    public int MaxArrayValues { get; init; } = 500;

    /// <summary>Bytes of an object, an array of objects or an array, as sent. Default 102,400 (100 KB).</summary>
    public int MaxObjectBytes { get; init; } = 102_400;
}

/// <summary>The request rate of the account.</summary>
public sealed record BrazeRate
{
    /// <summary>Requests in a window. Default 3,000; null: no limit.</summary>
    public int? Burst { get; init; } = 3000;

    /// <summary>Length of the window in seconds. Default 3.</summary>
    public double WindowSeconds { get; init; } = 3;

    /// <summary>True: any span of that length; false: windows that follow one another, counted from the epoch.</summary>
    public bool Rolling { get; init; }

    /// <summary>Requests in a clock hour, as contracts by monthly users have it. Default: no limit.</summary>
    public long? RequestsPerHour { get; init; }

    /// <summary>Which headers every counted answer carries.</summary>
    public RateHeaders Headers { get; init; } = RateHeaders.Epoch;

    /// <summary>How a 429 says when to come back; in the form <see cref="RateHeaders.MonthlyUsers"/> it is always <c>X-Ratelimit-Retry-After</c>.</summary>
    public RetryAdvice Advice { get; init; } = RetryAdvice.ResetHeader;
}

/// <summary>Time between a request's arrival and the moment it is applied and answered, in milliseconds.</summary>
public sealed record BrazeLatency
{
    public double Milliseconds { get; init; }

    /// <summary>Up to so much more, evenly distributed.</summary>
    public double JitterMilliseconds { get; init; }
}

/// <summary>What an error's <c>type</c> says.</summary>
public enum ErrorTexts
{
    Sentences,
    Codes,
}

/// <summary>Where a repeated array value stays.</summary>
public enum RepeatedValues
{
    KeepFirst,
    MoveToEnd,
}

/// <summary>Form of the <c>X-RateLimit-*</c> headers. Braze's own pages disagree about <c>Reset</c>.</summary>
public enum RateHeaders
{
    /// <summary><c>Reset</c> in seconds since the epoch.</summary>
    Epoch,

    /// <summary><c>Reset</c> in seconds from now.</summary>
    Delta,

    /// <summary>They describe the hour, in seconds from now; a 429 has <c>X-Ratelimit-Retry-After</c> in their place.</summary>
    MonthlyUsers,

    None,
}

/// <summary>What a 429 carries.</summary>
public enum RetryAdvice
{
    /// <summary>The three headers with <c>Remaining</c> 0.</summary>
    ResetHeader,

    /// <summary><c>Retry-After</c> in seconds, beside them.</summary>
    RetryAfterSeconds,

    /// <summary><c>Retry-After</c> as an HTTP date, beside them.</summary>
    RetryAfterDate,

    /// <summary><c>X-Ratelimit-Retry-After</c> in seconds, and none of the three.</summary>
    XRatelimitRetryAfter,

    None,
}
