using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// A destination during one delivery range. A payload is a pure function of the update and of what the session was opened with.
/// <see cref="Render"/> is called by one thread at a time; the rest by any number at once.
/// </summary>
internal abstract class DestinationSession : IDisposable
{
    /// <summary>Names the account whose rate is shared; made of endpoint and key so that neither can be read from it.</summary>
    public abstract string Account { get; }

    /// <summary>Most payloads a request may hold.</summary>
    public abstract int MaxPayloads { get; }

    /// <summary>Most bytes a request's body may have.</summary>
    public abstract int MaxBytes { get; }

    /// <summary>Bytes that <see cref="Assemble"/> adds around and between so many payloads, at most.</summary>
    public abstract int Overhead(int payloads);

    /// <summary>Users rendered so far whose lists the destination shortens, because values in them are equal.</summary>
    public virtual long CollapsedUsers => 0;

    /// <summary>False where requests go nowhere, so that no rate has to be kept.</summary>
    public virtual bool IsPaced => true;

    /// <summary>What the destination bills for a payload; null where it bills no such thing.</summary>
    public virtual long? DataPoints(ReadOnlySpan<byte> payload) => null;

    /// <summary>Appends the update's payload.</summary>
    /// <param name="names">Gets the attribute names that the payload sets, unless it is refused.</param>
    public abstract RenderResult Render(scoped in UserUpdate update, ByteWriter target, ISet<string> names);

    /// <summary>Appends the body of a request.</summary>
    /// <param name="payloads">Slices of <paramref name="source"/>, in order.</param>
    public abstract void Assemble(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body);

    /// <summary>Sends one request, once, and says what the answer means. Failures of the far side and of the network are answers too.</summary>
    /// <exception cref="OperationCanceledException">Canceled; the request may have arrived.</exception>
    public abstract Task<Answer> SendAsync(Batch batch, PayloadRange range, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    public abstract void Dispose();
}

/// <summary>Where a payload stands in a buffer.</summary>
internal readonly record struct PayloadSlice(int Start, int Length);

/// <summary>Which payloads of a batch a request holds.</summary>
internal readonly record struct PayloadRange(int First, int Count)
{
    public PayloadRange FirstHalf => this with { Count = Count / 2 };

    public PayloadRange SecondHalf => new(First + (Count / 2), Count - (Count / 2));
}
