namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>A destination's answer to one request.</summary>
/// <param name="Pause">How long the account wants no further request at all, as headers say; null: nothing said.</param>
internal sealed record Answer(BatchResponse Response, TimeSpan? Pause = null);

/// <summary>What the answer means for the payloads of the request.</summary>
internal abstract record BatchResponse
{
    private BatchResponse()
    {
    }

    /// <summary>Every payload is settled: accepted, unless it is among the rejections.</summary>
    public sealed record Settled(IReadOnlyList<PayloadRejection> Rejections) : BatchResponse
    {
        public static Settled Whole { get; } = new([]);
    }

    /// <summary>The answer cannot be mapped to payloads; the same request is worth another try.</summary>
    /// <param name="Reason">What was odd; a fixed text.</param>
    public sealed record Unclear(string Reason) : BatchResponse;

    /// <summary>The request as a whole was refused: too large, or something in it is bad. Halves may pass.</summary>
    /// <param name="Reason">Why the last payload alone is rejected; a fixed text.</param>
    public sealed record Refused(string Reason) : BatchResponse;

    /// <summary>The account's key was read anew; the same request goes out again.</summary>
    public sealed record KeyRenewed : BatchResponse;

    /// <summary>Nothing of this delivery will be taken.</summary>
    /// <param name="Message">For a person: what happened, and what to do.</param>
    public sealed record Stop(string Message) : BatchResponse;

    /// <summary>Too many requests; nothing of it was taken.</summary>
    public sealed record RateLimited : BatchResponse;

    /// <summary>The request never got there.</summary>
    /// <param name="Reason">A fixed text.</param>
    public sealed record NotReached(string Reason) : BatchResponse;

    /// <summary>It got there or may have, and was not answered for.</summary>
    /// <param name="Reason">A fixed text.</param>
    public sealed record Failed(string Reason) : BatchResponse;
}

/// <param name="Index">Place in the request.</param>
/// <param name="Reason">Without ids and values.</param>
internal readonly record struct PayloadRejection(int Index, string Reason);
