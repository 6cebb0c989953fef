namespace PersonalizeConnectors.Local.Braze;

/// <summary>What goes wrong with one request.</summary>
public sealed record BrazeFault
{
    public required FaultKind Kind { get; init; }

    /// <summary>HTTP status of <see cref="FaultKind.Status"/> (default 500) and <see cref="FaultKind.Html"/> (default 502).</summary>
    public int? Status { get; init; }

    /// <summary>Body of the answer; by default one that fits the status.</summary>
    public string? Body { get; init; }

    /// <summary><see cref="FaultKind.Delay"/>: further latency; <see cref="FaultKind.SlowBody"/>: time over which the body arrives.</summary>
    public double Milliseconds { get; init; } = 1000;
}

/// <summary>The ways in which a request can go wrong.</summary>
public enum FaultKind
{
    /// <summary>Answered with a status, nothing applied.</summary>
    Status,

    /// <summary>Answered with an HTML page; applied only with a 2xx status.</summary>
    Html,

    /// <summary>429 in the form that the rate settings ask for; nothing applied.</summary>
    RateLimited,

    /// <summary>Connection closed, nothing applied.</summary>
    DropBeforeApplying,

    /// <summary>Applied, but the connection is closed without an answer.</summary>
    DropAfterApplying,

    /// <summary>Normal, later.</summary>
    Delay,

    /// <summary>Applied; the body arrives in drops.</summary>
    SlowBody,

    /// <summary>Applied; the connection closes in the middle of the body.</summary>
    TruncatedBody,

    /// <summary>201; the last object is not applied, and its error has no index.</summary>
    ErrorWithoutIndex,

    /// <summary>201; the last object is not applied, and its error is a plain string.</summary>
    ErrorAsString,

    /// <summary>201; the last object is not applied, and its error has an index beyond the array.</summary>
    ErrorIndexOutOfRange,

    /// <summary>Applied; one more is reported as processed.</summary>
    CountTooHigh,

    /// <summary>The last object is not applied, and one less is reported as processed, without an error.</summary>
    CountTooLow,

    /// <summary>201 with a message other than <c>success</c>; nothing applied.</summary>
    MessageNotSuccess,

    /// <summary>202 <c>queued</c>, as older documents describe it for maintenance; applied.</summary>
    Queued,
}

/// <summary>Which requests a fault befalls. Every condition must hold; those left out hold always.</summary>
public sealed record FaultRule
{
    public required BrazeFault Fault { get; init; }

    /// <summary>So many matching requests pass first.</summary>
    public int Skip { get; init; }

    /// <summary>Then so many are befallen; null: all.</summary>
    public int? Times { get; init; }

    /// <summary>Share of them, 0 to 1, drawn with the settings' seed.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Only from so many seconds after the settings were made.</summary>
    public double AfterSeconds { get; init; }

    /// <summary>Only for so many seconds from then on; an outage. Null: for ever.</summary>
    public double? ForSeconds { get; init; }

    /// <summary>Only requests that hold this user.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Only while the request holds other objects too: alone, the poison passes.</summary>
    public bool OnlyWithOthers { get; init; }
}
