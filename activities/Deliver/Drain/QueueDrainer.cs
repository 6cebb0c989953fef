using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Sends on what lies in a connector's queue, with the pacing, checks and outcome rules of a direct delivery.</summary>
internal sealed class QueueDrainer(
    IJobLocator locator, IQueueFinder queues, IEnumerable<IRecordDestination> destinations, PacerRegistry pacers, TimeProvider time, ILogger<QueueDrainer> logger)
{
    /// <param name="earlier">What attempts before this one counted.</param>
    /// <exception cref="ConnectorException">A destination that refuses or stays away, the guard of rejections, the queue, the store.</exception>
    /// <exception cref="OperationCanceledException">The worker leaves.</exception>
    public async Task<DrainResult> RunAsync(DrainInput input, DrainCounts earlier, StepContext context)
    {
        var (job, configuration, connector) = await OpenAsync(input.JobPath, input.Connector, context.CancellationToken);
        var queue = await queues.FindAsync(connector, context.CancellationToken);
        await queue.LookAsync(context.CancellationToken);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(input.Seconds), time);
        return new(await DrainAsync(job, configuration, connector, queue, new(job), earlier, context, over.Token));
    }

    /// <summary>The same for records that lie elsewhere, to their end.</summary>
    /// <param name="over">Fires when the last one is received.</param>
    /// <exception cref="ConnectorException">As for a queue.</exception>
    public async Task<DrainCounts> SendAsync(string jobPath, string connectorName, IQueue records, StepContext context, CancellationToken over)
    {
        var (job, configuration, connector) = await OpenAsync(jobPath, connectorName, context.CancellationToken);
        return await DrainAsync(job, configuration, connector, records, owners: null, new(), context, over);
    }

    private async Task<(JobLocation Job, JobConfiguration Configuration, ConnectorConfiguration Connector)> OpenAsync(
        string jobPath, string connector, CancellationToken cancellationToken)
    {
        var job = locator.Open(jobPath);
        var configuration = RunFiles.ReadConfiguration(await RunFiles.ReadConfigAsync(job, cancellationToken), job);
        return (job, configuration, Find(connector, job, configuration));
    }

    private async Task<DrainCounts> DrainAsync(
        JobLocation job, JobConfiguration configuration, ConnectorConfiguration connector, IQueue queue, RecordOwners? owners, DrainCounts earlier,
        StepContext context, CancellationToken over)
    {
        var cancellation = context.CancellationToken;
        using var session = await Find(connector).OpenForRecordsAsync(connector, cancellation);
        logger.DrainBegins(connector.Name, queue.Name);

        var tally = new DrainTally(earlier);
        var held = new HeldMessages(queue, time);
        using var keeping = new CancellationTokenSource();
        var keeper = held.KeepAsync(keeping.Token);
        try
        {
            await SendAsync(new(job, configuration, connector, queue, owners, session), tally, held, context, over);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped: what was held is settled, or given back below.
        }
        catch (DestinationAwayException e)
        {
            // No message may be held for longer. Another attempt receives them again, until the destination is back.
            logger.DrainStops(connector.Name, e.Type, tally.Settled);
            throw new ConnectorException(
                e.Type,
                $"Connector \"{connector.Name}\": no request succeeded for {DrainPolicies.Patience.TotalHours:0} hours; last: {e.Reason}. It goes on trying, and nothing is lost.",
                transient: true, cause: e)
            {
                Done = new DrainResult(tally.Counts),
            };
        }
        catch (ConnectorException e)
        {
            logger.DrainStops(connector.Name, e.Type, tally.Settled);
            throw new ConnectorException(e.Type, e.Message, e.IsTransient, e.RetryAfter, e) { Done = new DrainResult(tally.Counts) };
        }
        finally
        {
            await keeping.CancelAsync();
            await keeper;
            using var limit = new CancellationTokenSource(DeliveryPolicies.LastWriteTime, time);
            await held.ReleaseAsync(limit.Token);
        }

        var counts = tally.Counts;
        logger.DrainEnds(connector.Name, counts.Accepted, counts.Rejected, counts.Unknown, counts.Superseded, counts.Poison);
        return counts;
    }

    private async Task SendAsync(Drained drained, DrainTally tally, HeldMessages held, StepContext context, CancellationToken over)
    {
        var (job, configuration, connector, queue, owners, session) = drained;
        using var lease = pacers.Join(session.Account, connector.RequestsPerSecond, connector.RequestsPerHour);
        using var outcomes = new DrainOutcomes(queue, held, new(job, owners, connector.Name, time), tally, time);
        var guard = new RejectGuard(
            configuration.Guards.MaxRejectRate, connector.Name, earlier: null,
            $"Look at the reasons in {RunKeys.RetractionsOf(job.Prefix, connector.Name)}, mend them, and start it again.", DrainPolicies.RejectWindow);
        using var filler = new BatchFiller(session, outcomes, guard);
        using var batches = new RecordBatches(session, filler, outcomes, connector, async token =>
            (await StateManifests.LoadAsync(job, connector.Name, token))?.Manifest.AttributeNames ?? []);
        var receivers = new QueueReceivers(queue, held, tally, time);
        var source = new DrainSource(receivers.Messages, new(connector), batches, held, outcomes, tally, session.MaxPayloads, time);
        var inFlight = new InFlight(() => lease.Pacer.Rate);

        // Messages are of no run that could lose its job.
        using var unheld = new HeldJob(_ => Task.CompletedTask, time);
        var sender = new BatchSender(
            session, unheld, lease.Pacer, new(DrainPolicies.Patience, time), inFlight, outcomes, guard, new(connector.Type), connector.Name, time);
        using var loop = new DeliveryLoop(sender, inFlight, outcomes, lease.Pacer, unheld, context, time);

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(over, context.CancellationToken, context.Stopping);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var leaving = context.Stopping.UnsafeRegister(static self => ((CancellationTokenSource)self!).CancelAfter(DeliveryPolicies.DrainTime), abort);
        var received = receivers.RunAsync(stopping.Token, abort.Token);
        try
        {
            await loop.RunAsync(source, () => new(tally.Settled, tally.Counts.Received)
            {
                Drain = new(tally.Counts, held.Count, held.OldestSentAt),
            });
        }
        catch (ConnectorException)
        {
            await abort.CancelAsync();
            throw;
        }
        finally
        {
            await stopping.CancelAsync();
            await received;
        }
    }

    private static ConnectorConfiguration Find(string name, JobLocation job, JobConfiguration configuration) =>
        configuration.Connectors.FirstOrDefault(c => c.Name == name)
        ?? throw new ConnectorException(
            FailureTypes.InvalidConfiguration,
            $"{job.JobPath} has no connector \"{name}\"; it has {string.Join(", ", configuration.Connectors.Select(c => c.Name))}.",
            transient: false);

    private IRecordDestination Find(ConnectorConfiguration connector) =>
        destinations.FirstOrDefault(d => d.Type == connector.Type)
        ?? throw new ConnectorException(
            FailureTypes.InvalidConfiguration,
            $"Connector \"{connector.Name}\" has the type \"{connector.Type}\", which records of a queue cannot be sent to. They can be sent to "
            + $"{string.Join(", ", destinations.Select(d => d.Type).Order(StringComparer.Ordinal))}.",
            transient: false);

    private sealed record Drained(JobLocation Job, JobConfiguration Configuration, ConnectorConfiguration Connector, IQueue Queue, RecordOwners? Owners, RecordSession Session);
}
