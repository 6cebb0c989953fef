using System.Globalization;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Deliver.Queue;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Delivers one range of updates, from where the last attempt's outcome log ends.</summary>
internal sealed class DeliverRange(
    IRunOpener runs, IJobHold hold, IScratch scratch, ISentAttributes sentAttributes, IEnumerable<IDestination> destinations, PacerRegistry pacers, TimeProvider time,
    ILogger<DeliverRange> logger)
{
    // Beyond what any machine renders.
    private const double Unpaced = 10_000_000;

    /// <exception cref="ConnectorException">A destination that refuses or stays away, a guard, the store, another run that has the job.</exception>
    public async Task<DeliverResult> RunAsync(DeliverInput input, StepContext context)
    {
        var cancellation = context.CancellationToken;
        var run = await runs.OpenAsync(input.Run, cancellation);
        var connector = run.Connector(input.Connector);
        var prefix = run.Keys.Outcomes(connector.Name, input.Range.Number);
        var before = await OutcomeTotals.ReadAsync(run.Store, prefix, cancellation);
        logger.RangeBegins(connector.Name, input.Range.Number, input.Range.Count, before.Settled.Count);

        using var catalog = await scratch.MapAsync(run.Store, run.Keys.Catalog(connector.Name), run.Keys.RunId, cancellation);
        using var table = run.Plan.ItemKeyed && connector.IncludeQueryItems
            ? await scratch.MapAsync(run.Store, run.Keys.Table, run.Keys.RunId, cancellation)
            : null;
        var destination = new DestinationContext(
            run, connector, new(catalog.File), table is null ? null : new(table.File), await NamesToClearAsync(run, connector, cancellation));
        using var session = await Find(connector).OpenAsync(destination, cancellation);
        await SendAsync(input.Range, context, destination, session, before);

        var after = await OutcomeTotals.ReadAsync(run.Store, prefix, cancellation);
        logger.RangeEnds(connector.Name, input.Range.Number, after.Accepted, after.Rejected, after.Unknown, session.CollapsedUsers);
        return new(after.Accepted, after.Rejected, after.Unknown, after.Requests);
    }

    private async Task SendAsync(UpdateRange range, StepContext context, DestinationContext destination, DestinationSession session, OutcomeTotals before)
    {
        var (run, connector) = (destination.Run, destination.Connector);
        using var lease = session.IsPaced
            ? pacers.Join(session.Account, connector.RequestsPerSecond, connector.RequestsPerHour)
            : pacers.Join(session.Account, Unpaced, requestsPerHour: null);
        using var log = new OutcomeLog(run, connector.Name, range.Number, before.NextSegment, time);
        using var reader = new RangeReader(run, connector.Name, range);
        var guard = new RejectGuard(run.Plan.OverrideGuards ? null : run.Configuration.Guards.MaxRejectRate, connector.Name, before);
        using var filler = new BatchFiller(session, log, guard);
        using var builder = new BatchBuilder(filler, destination.Catalog, destination.Table, before.Settled);
        var inFlight = new InFlight(() => lease.Pacer.Rate);
        using var held = new HeldJob(cancellation => hold.CheckAsync(run.Job, run.Keys.RunId, cancellation), time);
        var sender = new BatchSender(
            session, held, lease.Pacer, new(connector.DeliveryPatience, time), inFlight, log, guard, new(connector.Type), connector.Name, time);
        using var loop = new DeliveryLoop(
            sender, inFlight, log, lease.Pacer, held, context, time);
        try
        {
            // A run that was terminated may have an attempt that comes late, and another run beside it by now.
            await held.CheckAsync(context.CancellationToken);
            await loop.RunAsync(new RangeBatches(reader, builder, filler, log), () => new(before.Settled.Count + log.SettledUsers, range.Count));
        }
        catch (ConnectorException e)
        {
            logger.RangeStops(connector.Name, range.Number, e.Type, log.SettledUsers);
            throw;
        }

        if (guard.IsDoubtful)
        {
            var all = await OutcomeTotals.ReadAsync(run.Store, run.Keys.Outcomes(connector.Name), context.CancellationToken);
            guard.Check(all.Settled.Count, all.Rejected);
        }
    }

    private async Task<IReadOnlyCollection<string>> NamesToClearAsync(OpenedRun run, ConnectorConfiguration connector, CancellationToken cancellationToken) =>
        connector.OnRemoved == OnRemoved.Clear ? await sentAttributes.ReadAsync(run, connector.Name, cancellationToken) : [];

    private IDestination Find(ConnectorConfiguration connector) =>
        destinations.FirstOrDefault(d => d.Type == (connector.Delivery == DeliveryMode.Queue ? QueueDestination.TypeName : connector.Type))
        ?? throw new ConnectorException(
            FailureTypes.InvalidConfiguration,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Connector \"{connector.Name}\" has the type \"{connector.Type}\", which this worker does not know. It knows {string.Join(", ", destinations.Select(d => d.Type).Order(StringComparer.Ordinal))}."),
            transient: false);
}
