using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>
/// A queue as a source of batches. Of one user only the newest record is sent, and never while an older one is in flight; older ones that come late
/// are passed over.
/// </summary>
internal sealed class DrainSource : IBatchSource
{
    private readonly ChannelReader<IncomingMessage> _messages;
    private readonly RecordReader _reader;
    private readonly RecordBatches _batches;
    private readonly HeldMessages _held;
    private readonly DrainOutcomes _outcomes;
    private readonly DrainTally _tally;
    private readonly int _batchSize;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Signal _settled = new();
    private readonly Dictionary<(string UserId, string Prefix), QueuedRecord> _inFlight = [];
    private readonly Dictionary<(string UserId, string Prefix), QueuedRecord> _deferred = [];
    private readonly NewestRecords _newest = new(DrainPolicies.MostRemembered);
    private readonly HashSet<string> _poison = new(StringComparer.Ordinal);
    private Task<bool>? _more;

    /// <param name="messages">What is received; completed when nothing more comes.</param>
    /// <param name="batchSize">Users of a full request.</param>
    public DrainSource(
        ChannelReader<IncomingMessage> messages, RecordReader reader, RecordBatches batches, HeldMessages held, DrainOutcomes outcomes, DrainTally tally,
        int batchSize, TimeProvider time)
    {
        (_messages, _reader, _batches, _held, _outcomes, _tally, _batchSize, _time) = (messages, reader, batches, held, outcomes, tally, batchSize, time);
        outcomes.OnSettled = Settled;
    }

    public async IAsyncEnumerable<Batch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await GatherAsync(cancellationToken) is { Count: > 0 } round)
        {
            Begin(round);
            await foreach (var batch in _batches.RenderAsync(round, cancellationToken))
            {
                yield return batch;
            }

            await _outcomes.WaitUntilWrittenAsync(cancellationToken);
        }
    }

    /// <summary>Waits for messages, and a moment for more of them; nothing where nothing more comes.</summary>
    private async Task<IReadOnlyCollection<QueuedRecord>> GatherAsync(CancellationToken cancellationToken)
    {
        var ready = new Dictionary<(string, string), QueuedRecord>();
        long? first = null;
        while (true)
        {
            var settled = _settled.Next;
            TakeDeferred(ready);
            while (ready.Count < DrainPolicies.MostInRound && _messages.TryRead(out var message))
            {
                Take(message, ready);
            }

            var isOver = _messages.Completion.IsCompleted && !_messages.TryPeek(out _);
            if (ready.Count > 0)
            {
                first ??= _time.GetTimestamp();
                var left = DrainPolicies.Linger - _time.GetElapsedTime(first.Value);
                if (isOver || ready.Count >= _batchSize || left <= TimeSpan.Zero)
                {
                    return ready.Values;
                }

                await Task.WhenAny(MoreAsync(cancellationToken), Task.Delay(left, _time, cancellationToken));
            }
            else if (_deferred.Count > 0)
            {
                await (isOver ? settled : Task.WhenAny(settled, MoreAsync(cancellationToken))).WaitAsync(cancellationToken);
            }
            else if (!await MoreAsync(cancellationToken))
            {
                return [];
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // One wait is under way, however often others end before it.
    private Task<bool> MoreAsync(CancellationToken cancellationToken) =>
        _more is { IsCompleted: false } waiting ? waiting : _more = _messages.WaitToReadAsync(cancellationToken).AsTask();

    private void Take(IncomingMessage message, Dictionary<(string, string), QueuedRecord> ready)
    {
        if (_reader.Read(message) is not { } record)
        {
            // Not held any more: it comes again, until the redrive policy takes it.
            _held.Leave([message.Receipt]);
            _tally.Count(new DrainCounts(Poison: _poison.Add(message.Id) ? 1 : 0));
            return;
        }

        if (record.IsEmpty)
        {
            _tally.Count(new DrainCounts(Empty: 1));
            _outcomes.Drop([message.Receipt]);
            return;
        }

        if (!TryPassOver(record))
        {
            bool isInFlight;
            lock (_gate)
            {
                isInFlight = _inFlight.ContainsKey(record.Key);
            }

            Merge(record, isInFlight ? _deferred : ready);
        }
    }

    /// <summary>True for a repeat of what was sent, and for what is older.</summary>
    private bool TryPassOver(QueuedRecord record)
    {
        if (!_newest.HasPassed(record))
        {
            return false;
        }

        _tally.Count(new DrainCounts(Superseded: 1));
        lock (_gate)
        {
            if (_inFlight.TryGetValue(record.Key, out var newer))
            {
                // Deleted when that is settled: a repeat is the same message, and must not be lost before.
                newer.Replaced.Add(record.Message.Receipt);
                return true;
            }
        }

        _outcomes.Drop([record.Message.Receipt]);
        return true;
    }

    private void Merge(QueuedRecord record, Dictionary<(string, string), QueuedRecord> into)
    {
        if (!into.TryGetValue(record.Key, out var other))
        {
            into.Add(record.Key, record);
            return;
        }

        var (newer, older) = record.Age >= other.Age ? (record, other) : (other, record);
        newer.Replaced.Add(older.Message.Receipt);
        newer.Replaced.AddRange(older.Replaced);
        into[record.Key] = newer;
        _tally.Count(new DrainCounts(Superseded: 1));
    }

    private void TakeDeferred(Dictionary<(string, string), QueuedRecord> ready)
    {
        foreach (var record in _deferred.Values.ToList())
        {
            bool isInFlight;
            lock (_gate)
            {
                isInFlight = _inFlight.ContainsKey(record.Key);
            }

            if (!isInFlight)
            {
                _deferred.Remove(record.Key);
                Merge(record, ready);
            }
        }
    }

    private void Begin(IReadOnlyCollection<QueuedRecord> round)
    {
        lock (_gate)
        {
            foreach (var record in round)
            {
                _inFlight.Add(record.Key, record);
                _newest.Begin(record);
            }
        }
    }

    private void Settled(QueuedRecord record)
    {
        lock (_gate)
        {
            _inFlight.Remove(record.Key);
        }

        _settled.Set();
    }
}
