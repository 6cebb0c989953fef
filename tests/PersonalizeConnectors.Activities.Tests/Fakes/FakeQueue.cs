using System.Globalization;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>A queue in memory that fails as the test says. What is received stays hidden until it is deleted or shown again.</summary>
internal sealed class FakeQueue : IQueue
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly List<IncomingMessage> _waiting = [];
    private readonly Dictionary<string, IncomingMessage> _held = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;

    public string Url => "https://queue/" + Name;

    public string Name { get; init; } = "updates";

    public bool IsFifo { get; init; }

    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(120);

    public int MaxMessageBytes { get; init; } = SqsQueue.MostBytes;

    /// <summary>Sends that went through or partly so, as they came.</summary>
    public List<IReadOnlyList<OutgoingMessage>> Sends { get; } = [];

    /// <summary>Messages that were taken.</summary>
    public List<OutgoingMessage> Taken { get; } = [];

    /// <summary>Receipts in the order deleted.</summary>
    public List<string> Deleted { get; } = [];

    /// <summary>What becomes of a send; throws for the whole of it. Default: everything is taken.</summary>
    public Func<IReadOnlyList<OutgoingMessage>, SendResult> OnSend { get; set; } = _ => new([], []);

    /// <summary>Called before messages are handed out; throws where the queue is away.</summary>
    public Action OnReceive { get; set; } = () => { };

    /// <summary>Which receipts cannot be deleted this time.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> OnDelete { get; set; } = _ => [];

    /// <summary>Called before visibility is changed; throws where that is refused.</summary>
    public Action OnHide { get; set; } = () => { };

    /// <summary>Which receipts stay as they were this time.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> OnHidden { get; set; } = _ => [];

    public int Hidden { get; private set; }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Puts a message there as another program would.</summary>
    /// <param name="sentAt">Milliseconds since 1970; null: the order of calls.</param>
    public IncomingMessage Put(string body, long? sentAt = null, int receives = 0)
    {
        lock (_gate)
        {
            var id = (++_number).ToString(CultureInfo.InvariantCulture);
            var message = new IncomingMessage("m-" + id, "r-" + id, body, DateTimeOffset.FromUnixTimeMilliseconds(sentAt ?? 1_000_000 + _number), "", receives);
            _waiting.Add(message);
            _arrived.SetResult();
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return message;
        }
    }

    /// <summary>Hands a message out once more, as SQS does now and then, though it is held or was deleted.</summary>
    public void Redeliver(IncomingMessage message)
    {
        lock (_gate)
        {
            _waiting.Add(message with { Receipt = $"{message.Receipt}-again-{++_number}" });
            _arrived.SetResult();
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task<SendResult> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        Assert.InRange(messages.Count, 1, SqsQueue.MostMessages);
        lock (_gate)
        {
            var result = OnSend(messages);
            Sends.Add(messages);
            Taken.AddRange(messages.Where((_, i) => !result.Failed.Contains(i) && result.Refused.All(r => r.Index != i)));
            return Task.FromResult(result);
        }
    }

    public async Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        OnReceive();
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                var messages = _waiting.Take(SqsQueue.MostMessages).Select(m => m with { Receives = m.Receives + 1 }).ToList();
                _waiting.RemoveRange(0, messages.Count);
                messages.ForEach(m => _held[m.Receipt] = m);
                if (messages.Count > 0)
                {
                    return messages;
                }

                arrived = _arrived.Task;
            }

            try
            {
                await arrived.WaitAsync(LongPoll, cancellationToken);
            }
            catch (TimeoutException)
            {
                return [];
            }
        }
    }

    public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var left = OnDelete(receipts);
            foreach (var receipt in receipts.Except(left))
            {
                Assert.True(_held.Remove(receipt), $"{receipt} is not held.");
                Deleted.Add(receipt);
            }

            return Task.FromResult(left);
        }
    }

    public Task<IReadOnlyList<string>> HideAsync(IReadOnlyList<string> receipts, TimeSpan visibility, CancellationToken cancellationToken)
    {
        OnHide();
        lock (_gate)
        {
            var left = OnHidden(receipts);
            foreach (var receipt in receipts.Except(left))
            {
                Hidden++;
                if (visibility == TimeSpan.Zero && _held.Remove(receipt, out var message))
                {
                    _waiting.Add(message);
                }
            }

            return Task.FromResult(left);
        }
    }

    public Task<QueueFacts> LookAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(new QueueFacts(_waiting.Count, _held.Count, 0, MaxMessageBytes, "updates-dlq", 5));
        }
    }
}

/// <summary>Every connector's queue is this one.</summary>
internal sealed class FakeQueues : IQueueFinder
{
    public FakeQueue Queue { get; set; } = new();

    public Task<IQueue> FindAsync(ConnectorConfiguration connector, CancellationToken cancellationToken) => Task.FromResult<IQueue>(Queue);

    public Task<IQueue> FindByAddressAsync(string address, CancellationToken cancellationToken) => Task.FromResult<IQueue>(Queue);
}
