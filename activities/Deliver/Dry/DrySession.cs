using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>Takes every request, counts it and sends nothing.</summary>
internal sealed class DrySession(DestinationSession inner, ConnectorTally tally) : DestinationSession
{
    public override string Account => inner.Account;

    public override int MaxPayloads => inner.MaxPayloads;

    public override int MaxBytes => inner.MaxBytes;

    public override bool IsPaced => false;

    public override long CollapsedUsers => inner.CollapsedUsers;

    public override int Overhead(int payloads) => inner.Overhead(payloads);

    public override RenderResult Render(scoped in UserUpdate update, ByteWriter target, ISet<string> names) => inner.Render(update, target, names);

    public override void Assemble(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body) =>
        inner.Assemble(source, payloads, body);

    public override long? DataPoints(ReadOnlySpan<byte> payload) => inner.DataPoints(payload);

    public override Task<Answer> SendAsync(Batch batch, PayloadRange range, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        long? points = null;
        for (var i = range.First; i < range.First + range.Count; i++)
        {
            points = inner.DataPoints(batch.PayloadOf(i)) is { } more ? (points ?? 0) + more : points;
        }

        tally.Count(batch, range, body.Length, points);
        return Task.FromResult(new Answer(BatchResponse.Settled.Whole));
    }

    public override void Dispose() => inner.Dispose();
}
