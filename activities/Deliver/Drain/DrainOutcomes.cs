using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>
/// What became of a drain's records: users who were not accepted go into a retraction part first, then the messages are deleted. A crash between
/// the two lets the message come again, which repeats absolute values.
/// </summary>
internal sealed class DrainOutcomes(IQueue queue, HeldMessages held, RetractionWriter retractions, DrainTally tally, TimeProvider time) : IOutcomes, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Signal _due = new();
    private readonly Signal _written = new();
    private readonly Dictionary<long, QueuedRecord> _open = [];
    private List<string> _receipts = [];
    private Dictionary<string, ByteWriter> _retracted = new(StringComparer.Ordinal);
    private long? _oldest;
    private long _next;

    public Task Due => _due.Next;

    public bool IsDue
    {
        get
        {
            lock (_gate)
            {
                return _receipts.Count >= DrainPolicies.MessagesPerFlush || (_oldest is { } oldest && time.GetElapsedTime(oldest) >= DeliveryPolicies.SegmentAge);
            }
        }
    }

    public long SettledUsers => tally.Settled;

    // The message is still in the queue.
    public bool ComesAgain => true;

    /// <summary>Told of every record that is settled, before its message is deleted.</summary>
    public Action<QueuedRecord> OnSettled { get; set; } = _ => { };

    /// <summary>A place for a record that is about to be rendered.</summary>
    public UpdatePlace Open(QueuedRecord record)
    {
        lock (_gate)
        {
            _open.Add(_next, record);
            return new(0, _next++);
        }
    }

    /// <summary>Messages that need nothing but to be deleted.</summary>
    public void Drop(IEnumerable<string> receipts)
    {
        lock (_gate)
        {
            Delete(receipts);
        }

        SignalIfFull();
    }

    public void CountRequest(bool retried) => tally.Count(new RequestCounts(1, retried ? 1 : 0));

    public void CountRateLimited() => tally.Count(new RequestCounts(RateLimited: 1));

    public void Settle(Batch batch, PayloadRange payloads, IReadOnlyList<PayloadRejection> rejections)
    {
        var reasons = rejections.ToDictionary(r => payloads.First + r.Index, r => r.Reason);
        for (var i = payloads.First; i < payloads.First + payloads.Count; i++)
        {
            if (reasons.TryGetValue(i, out var reason))
            {
                Reject(batch.PlaceOf(i), reason, batch.UserIdOf(i), batch.PayloadOf(i));
            }
            else
            {
                Accept(batch.PlaceOf(i));
            }
        }
    }

    public void SettleUnknown(Batch batch, PayloadRange payloads, string reason)
    {
        for (var i = payloads.First; i < payloads.First + payloads.Count; i++)
        {
            tally.Count(new DrainCounts(Unknown: 1));
            Close(batch.PlaceOf(i), reason, batch.PayloadOf(i));
        }
    }

    public void Accept(UpdatePlace place)
    {
        tally.Count(new DrainCounts(Accepted: 1));
        Close(place, reason: null, default);
    }

    public void Reject(UpdatePlace place, string reason, ReadOnlySpan<byte> userId, ReadOnlySpan<byte> payload)
    {
        tally.Count(new DrainCounts(Rejected: 1));
        Close(place, reason, payload);
    }

    public async Task WaitUntilWrittenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var written = _written.Next;
            lock (_gate)
            {
                if (_receipts.Count < DrainPolicies.MostUndeleted)
                {
                    return;
                }
            }

            _due.Set();
            await written.WaitAsync(cancellationToken);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        List<string> receipts;
        Dictionary<string, ByteWriter> retracted;
        lock (_gate)
        {
            (receipts, retracted) = (_receipts, _retracted);
            (_receipts, _retracted, _oldest) = ([], new(StringComparer.Ordinal), null);
        }

        try
        {
            foreach (var (jobName, lines) in retracted)
            {
                await retractions.WriteAsync(jobName.Length == 0 ? null : jobName, lines.WrittenMemory, cancellationToken);
            }

            await DeleteAsync(receipts, cancellationToken);
        }
        finally
        {
            Dispose(retracted);
        }

        _written.Set();
    }

    public Task FlushAllAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    public void Dispose() => Dispose(_retracted);

    private void Close(UpdatePlace place, string? reason, ReadOnlySpan<byte> payload)
    {
        QueuedRecord record;
        lock (_gate)
        {
            _open.Remove(place.Number, out record!);
        }

        // Before its messages are counted up: from here on nobody adds one.
        OnSettled(record);
        lock (_gate)
        {
            if (reason is not null)
            {
                Retraction.Write(RetractedOf(record.JobName ?? ""), Encoding.UTF8.GetBytes(record.UserId), record.Operation, reason, payload);
            }

            Delete([record.Message.Receipt, .. record.Replaced]);
        }

        SignalIfFull();
    }

    private ByteWriter RetractedOf(string jobName) =>
        _retracted.TryGetValue(jobName, out var lines) ? lines : _retracted[jobName] = new();

    private static void Dispose(Dictionary<string, ByteWriter> retracted)
    {
        foreach (var lines in retracted.Values)
        {
            lines.Dispose();
        }
    }

    private void Delete(IEnumerable<string> receipts)
    {
        _receipts.AddRange(receipts);
        _oldest ??= time.GetTimestamp();
    }

    private async Task DeleteAsync(List<string> receipts, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> left = receipts;
        for (var attempt = 1; left.Count > 0 && attempt <= DrainPolicies.DeleteTries; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(Backoff.Of(attempt - 1), time, cancellationToken);
            }

            try
            {
                left = await queue.DeleteAsync(left, cancellationToken);
            }
            catch (ConnectorException e) when (e.IsTransient && attempt < DrainPolicies.DeleteTries)
            {
                // Another try.
            }
        }

        held.Leave(receipts);
    }

    private void SignalIfFull()
    {
        lock (_gate)
        {
            if (_receipts.Count < DrainPolicies.MessagesPerFlush)
            {
                return;
            }
        }

        _due.Set();
    }
}
