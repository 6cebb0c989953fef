using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Messages that were received and are not settled. Their visibility is renewed for as long as they are held; there is room for so many of them.</summary>
internal sealed class HeldMessages(IQueue queue, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Signal _left = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private long _bytes;
    private DateTimeOffset? _lastOldest;
    private ExceptionDispatchInfo? _failure;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>When the oldest message that is held was sent; else the oldest of the last receive; null where that was empty.</summary>
    public DateTimeOffset? OldestSentAt
    {
        get
        {
            lock (_gate)
            {
                return _held.Count > 0 ? _held.Values.Min(h => h.SentAt) : _lastOldest;
            }
        }
    }

    /// <summary>Waits until there is room for a receive's messages.</summary>
    /// <exception cref="ConnectorException">Visibility cannot be renewed: whatever more came would be sent again and again.</exception>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var left = _left.Next;
            lock (_gate)
            {
                _failure?.Throw();
                if (_held.Count < DrainPolicies.MostHeld && _bytes < DrainPolicies.MostHeldBytes)
                {
                    return;
                }
            }

            await left.WaitAsync(cancellationToken);
        }
    }

    public void Add(IReadOnlyList<IncomingMessage> messages)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            _lastOldest = messages.Count > 0 ? messages.Min(m => m.SentAt) : null;
            foreach (var message in messages)
            {
                Remove(message.Receipt);
                _held.Add(message.Receipt, new(now + queue.Visibility, message.SentAt, message.Body.Length));
                _bytes += message.Body.Length;
            }
        }
    }

    /// <summary>They are deleted, or left to the queue.</summary>
    public void Leave(IEnumerable<string> receipts)
    {
        lock (_gate)
        {
            foreach (var receipt in receipts)
            {
                Remove(receipt);
            }
        }

        _left.Set();
    }

    /// <summary>Renews visibility until it is canceled, or cannot be: then whoever waits for room learns why.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(queue.Visibility / 4, time, cancellationToken);
                await RenewAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
        catch (ConnectorException e)
        {
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _left.Set();
        }
    }

    /// <summary>Gives back what is still held, so that others need not wait for its visibility.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        List<string> receipts;
        lock (_gate)
        {
            receipts = [.. _held.Keys];
            _held.Clear();
            _bytes = 0;
        }

        try
        {
            await queue.HideAsync(receipts, TimeSpan.Zero, cancellationToken);
        }
        catch (Exception e) when (e is ConnectorException or OperationCanceledException)
        {
            // They come back by themselves, later.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        List<string> due;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            due = [.. _held.Where(h => h.Value.HiddenUntil <= now + (queue.Visibility / 2)).Select(h => h.Key)];
        }

        var renewed = new ConcurrentBag<string>();
        try
        {
            // Several requests at once: thousands of messages must not take longer than their visibility.
            await Parallel.ForEachAsync(
                due.Chunk(SqsQueue.MostMessages), new ParallelOptions { MaxDegreeOfParallelism = DrainPolicies.Receivers, CancellationToken = cancellationToken },
                async (receipts, token) =>
                {
                    var left = await queue.HideAsync(receipts, queue.Visibility, token);
                    foreach (var receipt in receipts.Except(left))
                    {
                        renewed.Add(receipt);
                    }
                });
        }
        catch (ConnectorException e) when (e.IsTransient)
        {
            // There is time for another try or two; what comes twice is told by its age.
        }

        lock (_gate)
        {
            foreach (var receipt in renewed.Where(_held.ContainsKey))
            {
                _held[receipt] = _held[receipt] with { HiddenUntil = now + queue.Visibility };
            }
        }
    }

    private void Remove(string receipt)
    {
        if (_held.Remove(receipt, out var held))
        {
            _bytes -= held.Length;
        }
    }

    private readonly record struct Held(DateTimeOffset HiddenUntil, DateTimeOffset SentAt, int Length);
}
