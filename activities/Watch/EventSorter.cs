using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>What some messages mean for jobs: parts are noted in the store, output is gathered by job.</summary>
internal sealed class EventSorter(IReadOnlyList<WatchedJob> jobs, OwnParts own)
{
    private readonly Dictionary<(string JobPath, bool IsComplete), OutputSign> _outputs = [];
    private readonly HashSet<PartSign> _parts = [];

    public WatchCounts Counts { get; private set; } = new();

    public WatchSigns Signs => new([.. _outputs.Values], [.. _parts]);

    public async Task TakeAsync(string body, CancellationToken cancellationToken)
    {
        Counts += new WatchCounts(Messages: 1);
        if (EventReader.Read(body) is not { } events)
        {
            Counts += new WatchCounts(Malformed: 1);
            return;
        }

        foreach (var found in events)
        {
            Counts += found switch
            {
                WatchEvent.Written written => await TakeAsync(written, cancellationToken),
                WatchEvent.Completed completed => Take(completed),
                WatchEvent.Test => new(Tests: 1),
                _ => new(Foreign: 1),
            };
        }
    }

    private async Task<WatchCounts> TakeAsync(WatchEvent.Written written, CancellationToken cancellationToken)
    {
        var readers = jobs.Where(job => job.IsOutput(written.Address)).ToList();
        readers.ForEach(job => Add(job, isComplete: false, written.At));
        if (readers.Count > 0)
        {
            return new(Outputs: 1);
        }

        foreach (var job in jobs.Where(job => written.Address.StartsWith(job.Address, StringComparison.Ordinal)))
        {
            var key = written.Address[(job.Location.Store.Address.Length + 1)..];
            var output = RunKeys.OutputOf(job.Location.Prefix);
            if (!key.StartsWith(output, StringComparison.Ordinal))
            {
                return new(Foreign: 1);
            }

            var names = key[output.Length..].Split('/');
            var connector = job.Configuration.Connectors.FirstOrDefault(c => c.Name == names[0]);
            if (names.Length > 2 && names[1] is "state" or "rejected")
            {
                return new(OwnParts: 1);
            }

            // Spark puts down empty markers whose names begin so. Where the parts are the delivery, nothing is sent.
            if (connector is null or { Delivery: DeliveryMode.None } || names.Length < 2 || names[^1] is "" or ['_' or '.', ..])
            {
                return new(Foreign: 1);
            }

            if (await own.IsOwnAsync(job.Location, names[^1], cancellationToken))
            {
                return new(OwnParts: 1);
            }

            var isNew = await new PendingParts(job.Location, connector.Name).NoteAsync(key, written.Version, written.ETag, written.At, cancellationToken);
            _parts.Add(new(job.JobPath, connector.Name));
            return isNew ? new(Parts: 1) : new(Repeats: 1);
        }

        return new(Foreign: 1);
    }

    private WatchCounts Take(WatchEvent.Completed completed)
    {
        var readers = jobs.Where(job => job.IsOutputOf(completed)).ToList();
        readers.ForEach(job => Add(job, isComplete: true, completed.At));
        return readers.Count > 0 ? new(Completions: 1) : new(Foreign: 1);
    }

    private void Add(WatchedJob job, bool isComplete, DateTimeOffset? at)
    {
        var before = _outputs.GetValueOrDefault((job.JobPath, isComplete));
        var newest = before is { At: var other } && (other is null || other > at) ? other : at;
        _outputs[(job.JobPath, isComplete)] = new(job.JobPath, isComplete, job.Configuration.SettleSeconds, newest);
    }
}
