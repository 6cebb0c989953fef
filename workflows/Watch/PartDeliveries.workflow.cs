using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Watch;

/// <summary>Deliveries of parts that something else wrote: one at a time a connector, so that their order holds.</summary>
internal sealed class PartDeliveries(OutputWatchResult? earlier)
{
    private static readonly IComparer<PartSign> ByName = Comparer<PartSign>.Create((a, b) =>
        string.CompareOrdinal(a.JobPath, b.JobPath) is var order and not 0 ? order : string.CompareOrdinal(a.Connector, b.Connector));

    private readonly SortedSet<PartSign> _waiting = new(earlier?.Undelivered ?? [], ByName);
    private readonly SortedDictionary<PartSign, Task> _running = new(ByName);

    public PartCounts Counts { get; private set; } = earlier?.Parts ?? new();

    public string? Trouble { get; private set; }

    public IReadOnlyList<PartSign> Undelivered => [.. _waiting.Union(_running.Keys).Order(ByName)];

    /// <summary>True where a delivery can begin.</summary>
    public bool HasNext => _waiting.Any(sign => !_running.ContainsKey(sign));

    public void Take(PartSign sign) => _waiting.Add(sign);

    public void Begin(CancellationToken stop)
    {
        foreach (var sign in _waiting.Where(sign => !_running.ContainsKey(sign)).ToList())
        {
            _waiting.Remove(sign);
            // Runs at once up to its first wait, so that it is never removed before it stands there.
            _running.Add(sign, Task.CompletedTask);
            _running[sign] = DeliverAsync(sign, stop);
        }
    }

    /// <summary>Waits for all that are under way; they end soon where they were stopped.</summary>
    public async Task EndAsync()
    {
        while (_running.Count > 0)
        {
            await Workflow.WhenAllAsync(_running.Values.ToList());
        }
    }

    private async Task DeliverAsync(PartSign sign, CancellationToken stop)
    {
        try
        {
            var options = ActivityPolicies.Drain($"{sign.Connector}: deliver parts of {sign.JobPath}", TaskQueues.DeliverOf(Workflow.Info.TaskQueue));
            options.CancellationToken = stop;
            var result = await Workflow.ExecuteActivityAsync(
                (IPartActivities a) => a.DeliverPartsAsync(new DeliverPartsInput(sign.JobPath, sign.Connector)), options);
            Counts += result.Counts;
            Trouble = null;
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            // The parts are noted in the store; the next watch finds them there.
        }
        catch (ActivityFailureException e)
        {
            // Tried again with the next part of the connector, and with the next day.
            Trouble = $"{sign.JobPath}, {sign.Connector}: {FailureCause.Of(e).Message}";
        }
        finally
        {
            _running.Remove(sign);
        }
    }
}
