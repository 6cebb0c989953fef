using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>Receives events and tells what they mean, until the time is over or it is stopped. Every message is deleted, once what it means is told.</summary>
internal sealed class OutputWatcher(
    IEnumerable<IObjectStoreFactory> stores, IJobLocator locator, IQueueFinder queues, TimeProvider time, ILogger<OutputWatcher> logger)
{
    /// <summary>Messages that are told of together; a burst of them is a few signals then.</summary>
    private const int MostGathered = 500;

    /// <summary>Receives in a row that may fail before the attempt does; each of them is tried several times by itself.</summary>
    private const int ReceiveTries = 5;

    /// <summary>Signs of a signal, which stays under 4 KB so.</summary>
    private const int MostSigns = 8;

    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(2);

    // A queue of SQS keeps a message for 14 days at most, so no repeat of an event comes later.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <param name="earlier">What attempts before this one counted.</param>
    /// <exception cref="ConnectorException">The root, the queue, the store.</exception>
    public async Task<WatchEventsResult> RunAsync(WatchEventsInput input, WatchCounts earlier, IWatchSigns signs, StepContext context)
    {
        var counts = earlier;
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(input.Seconds), time);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(over.Token, context.CancellationToken, context.Stopping);
        try
        {
            var factory = stores.FirstOrDefault(store => store.Accepts(input.Root))
                ?? throw new ConnectorException(
                    FailureTypes.InvalidInput, $"The root \"{input.Root}\" is of no kind that this version takes. Give s3://<bucket>.", transient: false);
            var root = factory.Canonicalize(input.Root);
            var jobs = new WatchedJobs(root, factory.Open(root), locator, time, logger);
            var queue = await queues.FindByAddressAsync(input.Queue, stopping.Token);
            await BeginAsync(await jobs.ReadAsync(stopping.Token), signs, stopping.Token);
            var own = new OwnParts();
            // So that an attempt which is killed before its first message loses no counts of those before.
            Report();
            while (!stopping.IsCancellationRequested)
            {
                var messages = await GatherAsync(queue, stopping.Token);
                if (messages.Count == 0)
                {
                    continue;
                }

                var sorter = new EventSorter(await jobs.ReadAsync(stopping.Token), own);
                foreach (var message in messages)
                {
                    await sorter.TakeAsync(message.Body, stopping.Token);
                }

                await TellAsync(sorter.Signs, signs, stopping.Token);
                counts += sorter.Counts;
                await DeleteAsync(queue, messages, stopping.Token);
                Report();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was received and not told of comes back by itself.
        }

        return new(counts);

        void Report() => context.Report(new StepPosition(counts.Messages, 0) { Watch = counts });
    }

    /// <summary>Tells of parts that were noted before a worker was killed, or not delivered yesterday; old marks of delivered ones go.</summary>
    private async Task BeginAsync(IReadOnlyList<WatchedJob> jobs, IWatchSigns signs, CancellationToken cancellationToken)
    {
        var pending = new List<PartSign>();
        foreach (var job in jobs)
        {
            foreach (var connector in job.Configuration.Connectors.Where(c => c.Delivery != DeliveryMode.None))
            {
                var parts = new PendingParts(job.Location, connector.Name);
                await parts.ForgetAsync(time.GetUtcNow() - Remembered, cancellationToken);
                if (await parts.HasAnyAsync(cancellationToken))
                {
                    pending.Add(new(job.JobPath, connector.Name));
                }
            }
        }

        await TellAsync(new([], pending), signs, cancellationToken);
    }

    private static async Task TellAsync(WatchSigns all, IWatchSigns signs, CancellationToken cancellationToken)
    {
        foreach (var outputs in all.Outputs.Chunk(MostSigns))
        {
            await signs.TellAsync(new(outputs, []), cancellationToken);
        }

        foreach (var parts in all.Parts.Chunk(MostSigns))
        {
            await signs.TellAsync(new([], parts), cancellationToken);
        }
    }

    /// <summary>Waits for messages, and takes more of them while receives are full.</summary>
    private async Task<IReadOnlyList<IncomingMessage>> GatherAsync(IQueue queue, CancellationToken cancellationToken)
    {
        var gathered = new List<IncomingMessage>();
        var first = time.GetTimestamp();
        while (true)
        {
            var messages = await ReceiveAsync(queue, cancellationToken);
            first = gathered.Count == 0 ? time.GetTimestamp() : first;
            gathered.AddRange(messages);
            if (messages.Count < SqsQueue.MostMessages || gathered.Count >= MostGathered || time.GetElapsedTime(first) >= Gathering)
            {
                return gathered;
            }
        }
    }

    private async Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(IQueue queue, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await queue.ReceiveAsync(cancellationToken);
            }
            catch (ConnectorException e) when (e.IsTransient && tries < ReceiveTries)
            {
                await Task.Delay(TimeSpan.FromSeconds(tries), time, cancellationToken);
            }
        }
    }

    // What stays comes again, and is told of again, which changes nothing.
    private static async Task DeleteAsync(IQueue queue, IReadOnlyList<IncomingMessage> messages, CancellationToken cancellationToken)
    {
        var left = await queue.DeleteAsync([.. messages.Select(message => message.Receipt)], cancellationToken);
        if (left.Count > 0)
        {
            await queue.DeleteAsync(left, cancellationToken);
        }
    }
}
