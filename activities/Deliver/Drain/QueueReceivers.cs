using System.Threading.Channels;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Receives by several long polls at once, as long as there is room for what they bring.</summary>
internal sealed class QueueReceivers(IQueue queue, HeldMessages held, DrainTally tally, TimeProvider time)
{
    // What is held is bounded, and so is what waits here.
    private readonly Channel<IncomingMessage> _messages = Channel.CreateUnbounded<IncomingMessage>();

    public ChannelReader<IncomingMessage> Messages => _messages.Reader;

    /// <summary>Receives until it is canceled; then what came is all that comes. A queue that fails for good shows to the reader.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        await Task.WhenAll(Enumerable.Range(0, DrainPolicies.Receivers).Select(_ => RunOneAsync()));
        _messages.Writer.Complete(failure);

        async Task RunOneAsync()
        {
            try
            {
                await ReceiveAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The end.
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                await stop.CancelAsync();
            }
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            await held.WaitForRoomAsync(cancellationToken);
            try
            {
                var messages = await queue.ReceiveAsync(cancellationToken);
                failures = 0;
                held.Add(messages);
                tally.Count(new DrainCounts(Received: messages.Count));
                foreach (var message in messages)
                {
                    _messages.Writer.TryWrite(message);
                }
            }
            catch (ConnectorException e) when (e.IsTransient && ++failures < DrainPolicies.ReceiveTries)
            {
                await Task.Delay(Backoff.Of(failures), time, cancellationToken);
            }
        }
    }
}
