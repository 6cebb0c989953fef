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

    /// <summary>Receives until it is stopped; then what came is all that comes. A queue that fails for good shows to the reader.</summary>
    /// <param name="stopping">
    /// No receive begins after it. Those under way end by themselves: what SQS gives to one that was broken off stays hidden for all of its visibility.
    /// </param>
    /// <param name="abort">Ends those too.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, abort);
        Exception? failure = null;
        await Task.WhenAll(Enumerable.Range(0, DrainPolicies.Receivers).Select(_ => RunOneAsync()));
        _messages.Writer.Complete(failure);

        async Task RunOneAsync()
        {
            try
            {
                await ReceiveAsync(stop.Token, abort);
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

    private async Task ReceiveAsync(CancellationToken stopping, CancellationToken abort)
    {
        for (var failures = 0; ;)
        {
            await held.WaitForRoomAsync(stopping);
            try
            {
                var messages = await queue.ReceiveAsync(abort);
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
                await Task.Delay(Backoff.Of(failures), time, stopping);
            }
        }
    }
}
