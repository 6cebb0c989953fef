using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>Makes the merged shards the state: one conditional put of the manifest, then the files it no longer names are removed.</summary>
/// <param name="hold">Asked before the put.</param>
/// <param name="time">For <c>writtenAt</c>.</param>
public sealed class StatePublisher(IJobHold hold, TimeProvider time)
{
    /// <summary>
    /// Puts the manifest. Done already: nothing but the removal. The manifest that is replaced must be the one that every shard was merged
    /// from; its ETag is read here, and the marks name its checksum.
    /// </summary>
    /// <param name="runId">The run whose outcomes the marks hold; not always the run that works.</param>
    /// <param name="holder">The run that works, and holds the job.</param>
    /// <param name="marks">One a shard, in shard order.</param>
    /// <param name="attributeNames">Names to remember beside those of the old manifest.</param>
    /// <exception cref="Failures.ConnectorException"><c>JobAlreadyRunning</c>: somebody else published; <c>DamagedState</c>.</exception>
    public async Task PublishAsync(
        JobLocation job, string connector, string runId, string holder, IReadOnlyList<CommitMark> marks, IEnumerable<string> attributeNames,
        CancellationToken cancellationToken)
    {
        var old = await StateManifests.LoadAsync(job, connector, cancellationToken);
        var current = old?.Manifest.Run == runId ? old.Manifest : null;
        if (current is null)
        {
            if (marks.Any(m => m.BasedOn != old?.Manifest.Checksum))
            {
                throw StateFailures.Moved(job, connector, old?.Manifest.Run);
            }

            await hold.CheckAsync(job, holder, cancellationToken);
            current = await PutAsync(job, connector, Build(runId, marks, old?.Manifest, attributeNames), old, cancellationToken);
        }

        await StateFiles.RemoveUnnamedAsync(job, connector, current, hold, holder, cancellationToken);
    }

    /// <summary>True where the state already holds the run's outcomes.</summary>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>.</exception>
    public static async Task<bool> IsPublishedAsync(JobLocation job, string connector, string runId, CancellationToken cancellationToken) =>
        (await StateManifests.LoadAsync(job, connector, cancellationToken))?.Manifest.Run == runId;

    /// <summary>Removes what an interrupted commit left: state files that the manifest does not name.</summary>
    /// <exception cref="Failures.ConnectorException"><c>JobAlreadyRunning</c>: somebody else has the job; <c>DamagedState</c>.</exception>
    public async Task RemoveUnnamedAsync(JobLocation job, string connector, string holder, CancellationToken cancellationToken)
    {
        var stored = await StateManifests.LoadAsync(job, connector, cancellationToken);
        await StateFiles.RemoveUnnamedAsync(job, connector, stored?.Manifest, hold, holder, cancellationToken);
    }

    private static async Task<StateManifest> PutAsync(
        JobLocation job, string connector, StateManifest manifest, StoredManifest? old, CancellationToken cancellationToken)
    {
        try
        {
            var condition = old is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(old.ETag);
            await job.Store.PutAsync(RunKeys.StateManifestOf(job.Prefix, connector), manifest.ToJson(), condition, cancellationToken);
            return manifest;
        }
        catch (PutConflictException)
        {
            // An earlier attempt whose answer was lost looks the same as a foreign run.
            var there = await StateManifests.LoadAsync(job, connector, cancellationToken);
            return there?.Manifest.Run == manifest.Run ? there.Manifest : throw StateFailures.Moved(job, connector, there?.Manifest.Run);
        }
    }

    private StateManifest Build(string runId, IReadOnlyList<CommitMark> marks, StateManifest? old, IEnumerable<string> attributeNames) => new()
    {
        Run = runId,
        WrittenAt = time.GetUtcNow(),
        ShardBits = int.Log2(marks.Count),
        Users = marks.Sum(m => m.File.Users),
        Gone = marks.Sum(m => m.File.Gone),
        Files = [.. marks.Select(m => m.File)],
        AttributeNames = [.. (old?.AttributeNames ?? []).Concat(attributeNames).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };
}
