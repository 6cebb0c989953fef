using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// The outcome log of a range. Outcomes are collected in memory and written as segments by <see cref="FlushAsync"/>, which only one caller at a time may
/// call; everything else is safe for any number of threads.
/// </summary>
internal sealed class OutcomeLog(OpenedRun run, string connector, int range, int nextSegment, TimeProvider time) : IOutcomes, IDisposable
{
    // Payloads of rejected updates wait in memory for at most a second; these bound them where nearly everything is rejected.
    private const int RejectedBytesPerSegment = 4 * 1024 * 1024;
    private const int MaxRejectedBytes = 16 * 1024 * 1024;

    private readonly string _attempt = Guid.NewGuid().ToString("N")[..8];
    private readonly Lock _gate = new();
    private readonly Signal _due = new();
    private readonly Signal _written = new();
    private PendingSegment _pending = new();
    private PendingSegment? _writing;
    private int _next = nextSegment;
    private bool _mayHaveOthers = true;
    private bool _mayBeWritten;

    public Task Due => _due.Next;

    public bool IsDue
    {
        get
        {
            lock (_gate)
            {
                return IsFull(_pending) || AgeOf(_pending) >= DeliveryPolicies.SegmentAge;
            }
        }
    }

    public long SettledUsers { get; private set; }

    public bool ComesAgain => false;

    public void CountRequest(bool retried)
    {
        lock (_gate)
        {
            _pending.Touch(time.GetTimestamp());
            _pending.Segment.RequestsSent++;
            _pending.Segment.RequestsRetried += retried ? 1 : 0;
        }
    }

    public void CountRateLimited()
    {
        lock (_gate)
        {
            _pending.Touch(time.GetTimestamp());
            _pending.Segment.RequestsRateLimited++;
        }
    }

    public void Settle(Batch batch, PayloadRange payloads, IReadOnlyList<PayloadRejection> rejections)
    {
        Change(payloads.Count, requests: 1, pending =>
        {
            var reasons = rejections.ToDictionary(r => payloads.First + r.Index, r => r.Reason);
            for (var i = payloads.First; i < payloads.First + payloads.Count; i++)
            {
                if (reasons.TryGetValue(i, out var reason))
                {
                    pending.Reject(batch.PlaceOf(i), reason, batch.UserIdOf(i), batch.PayloadOf(i));
                }
                else
                {
                    pending.Settle(batch.PlaceOf(i));
                }
            }

            if (rejections.Count < payloads.Count)
            {
                pending.Segment.AttributeNames.UnionWith(batch.Names);
                pending.Segment.CollapsedUsers += batch.TakeCollapsedUsers();
            }
        });
    }

    public void SettleUnknown(Batch batch, PayloadRange payloads, string reason)
    {
        Change(payloads.Count, requests: 1, pending =>
        {
            for (var i = payloads.First; i < payloads.First + payloads.Count; i++)
            {
                pending.Fail(batch.PlaceOf(i), OutcomeKind.Unknown, reason, batch.UserIdOf(i));
            }

            // They may be there, and a removed user must lose them.
            pending.Segment.AttributeNames.UnionWith(batch.Names);
        });
    }

    public void Accept(UpdatePlace place) => Change(users: 1, requests: 0, pending => pending.Settle(place));

    public void Reject(UpdatePlace place, string reason, ReadOnlySpan<byte> userId, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _pending.Touch(time.GetTimestamp());
            _pending.Reject(place, reason, userId, payload);
            SettledUsers++;
        }

        SignalIfFull();
    }

    public async Task WaitUntilWrittenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var written = _written.Next;
            if (!IsBehind())
            {
                return;
            }

            _due.Set();
            await written.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    /// <remarks>As one segment; its rejected updates first, so that a segment never names what is not kept.</remarks>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What an earlier call could not write goes first.
            if (_writing is null)
            {
                if (_pending.IsEmpty)
                {
                    return;
                }

                (_writing, _pending) = (_pending, new());
            }
        }

        using var bytes = new ByteWriter();
        _writing.Write(bytes);
        while (!await TryPutAsync(_writing, bytes.WrittenMemory, cancellationToken))
        {
            // Another attempt of this range, thought dead, has the number.
            _next++;
        }

        _next++;
        _mayBeWritten = false;
        lock (_gate)
        {
            _writing.Dispose();
            _writing = null;
        }

        _written.Set();
    }

    public async Task FlushAllAsync(CancellationToken cancellationToken)
    {
        while (HasUnwritten())
        {
            await FlushAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _pending.Dispose();
        _writing?.Dispose();
    }

    // The part goes first, so that a segment never names what is not kept. Whoever has the segment has the number: parts of others under it
    // name users whom nobody settled, or whom another segment will settle with a part of its own.
    private async Task<bool> TryPutAsync(PendingSegment segment, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var part = segment.Rejected.Length > 0 ? run.Keys.RejectedPart(connector, range, _next, _attempt) : null;
        if (part is not null)
        {
            await PutRejectedAsync(segment, part, cancellationToken);
        }

        if (await TryPutSegmentAsync(bytes, cancellationToken))
        {
            await RemoveOthersAsync(part, cancellationToken);
            return true;
        }

        _mayHaveOthers = true;
        if (part is not null)
        {
            await run.Store.DeleteAsync(part, cancellationToken);
        }

        return false;
    }

    // An attempt that died between its two writes left a part where this one begins.
    private async Task RemoveOthersAsync(string? part, CancellationToken cancellationToken)
    {
        if (!_mayHaveOthers)
        {
            return;
        }

        var others = new List<string>();
        await foreach (var entry in run.Store.ListAsync(run.Keys.RejectedParts(connector, range, _next), cancellationToken))
        {
            if (entry.Key != part)
            {
                others.Add(entry.Key);
            }
        }

        foreach (var other in others)
        {
            await run.Store.DeleteAsync(other, cancellationToken);
        }

        _mayHaveOthers = false;
    }

    private async Task PutRejectedAsync(PendingSegment segment, string key, CancellationToken cancellationToken)
    {
        await using var target = await run.Store.CreateAsync(key, PutCondition.None, cancellationToken);
        await using (var gzip = new GZipStream(target.Stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(segment.Rejected.WrittenMemory, cancellationToken);
        }

        await target.CommitAsync(cancellationToken);
    }

    /// <returns>False where another attempt has the number.</returns>
    private async Task<bool> TryPutSegmentAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var key = run.Keys.OutcomeSegment(connector, range, _next);
        try
        {
            await run.Store.PutAsync(key, bytes, PutCondition.IfAbsent, cancellationToken);
            return true;
        }
        catch (PutConflictException)
        {
            // A call before this one may have failed after its segment had arrived: counted under another number, its requests would count twice.
            return _mayBeWritten && await HoldsAsync(key, bytes, cancellationToken);
        }
        catch
        {
            _mayBeWritten = true;
            throw;
        }
    }

    private async Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        (await run.Store.FindAsync(key, cancellationToken))?.Size == bytes.Length
        && (await run.Store.ReadAllAsync(key, bytes.Length, cancellationToken)).AsSpan().SequenceEqual(bytes.Span);

    private void Change(int users, int requests, Action<PendingSegment> change)
    {
        lock (_gate)
        {
            _pending.Touch(time.GetTimestamp());
            change(_pending);
            _pending.SettledRequests += requests;
            SettledUsers += users;
        }

        SignalIfFull();
    }

    private void SignalIfFull()
    {
        bool full;
        lock (_gate)
        {
            full = IsFull(_pending);
        }

        if (full)
        {
            _due.Set();
        }
    }

    private bool HasUnwritten()
    {
        lock (_gate)
        {
            return _writing is not null || !_pending.IsEmpty;
        }
    }

    private bool IsBehind()
    {
        lock (_gate)
        {
            return AgeOf(_pending) > DeliveryPolicies.UnwrittenAge
                || (_writing is not null && AgeOf(_writing) > DeliveryPolicies.UnwrittenAge)
                || _pending.Rejected.Length > MaxRejectedBytes;
        }
    }

    private static bool IsFull(PendingSegment pending) =>
        pending.SettledRequests >= DeliveryPolicies.RequestsPerSegment || pending.Rejected.Length >= RejectedBytesPerSegment;

    private TimeSpan AgeOf(PendingSegment pending) =>
        pending.OldestTimestamp is { } oldest ? time.GetElapsedTime(oldest) : TimeSpan.Zero;
}
