using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>A shard to merge.</summary>
/// <param name="Keys">The run whose outcomes they are; names the new file.</param>
/// <param name="StartedAt">That run's start.</param>
/// <param name="Outcomes">What became of the shard's updates.</param>
/// <param name="OnDamaged">
/// Set when an interrupted run is recovered: told of every object of the run's staging that cannot be read, whose updates then count as not
/// settled; marks for removed users are left out. Null: such an object is a failure.
/// </param>
public sealed record ShardCommit(
    JobLocation Job, RunKeys Keys, DateTimeOffset StartedAt, string Connector, int ShardBits, int Shard, ShardOutcomes Outcomes,
    Action<string>? OnDamaged = null)
{
    internal int Day => (int)Math.Floor((StartedAt.UtcDateTime - DateTime.UnixEpoch).TotalDays);

    internal bool IsRecovery => OnDamaged is not null;
}

/// <summary>Merges a shard's outcomes into a new state file, which is not the state before <see cref="StatePublisher"/> says so.</summary>
public static class StateCommit
{
    /// <summary>
    /// Reads the manifest once, so that what it decides by is what it merges with: a run may be published by an attempt beside this one.
    /// </summary>
    /// <returns>The shard's mark, without attribute names; null where the state holds the run's outcomes already, and no file may be written again.</returns>
    public static async Task<CommitMark?> RunAsync(ShardCommit commit, StepContext context)
    {
        var stored = await StateManifests.LoadAsync(commit.Job, commit.Connector, context.CancellationToken);
        if (stored?.Manifest.Run == commit.Keys.RunId)
        {
            return null;
        }

        var old = stored?.Manifest.ShardBits == commit.ShardBits ? stored.Manifest.Files[commit.Shard] : null;
        var updates = await OpenUpdatesAsync(commit, context.CancellationToken);
        using (updates)
        {
            return old is not null && updates is null or { Count: 0 } && commit.Outcomes.IsEmpty
                ? new() { File = old!, BasedOn = stored!.Manifest.Checksum }
                : await MergeAsync(commit, stored?.Manifest, old, updates, context);
        }
    }

    private static async Task<CommitMark> MergeAsync(
        ShardCommit commit, StateManifest? manifest, StateManifestFile? old, UpdateReader? updates, StepContext context)
    {
        var cancellationToken = context.CancellationToken;
        var merge = new StateMerge(commit.Outcomes, commit.Day, commit.IsRecovery);
        var key = commit.Keys.StateShard(commit.Connector, commit.Shard);
        var reader = manifest is null ? null : new StateReader(commit.Job, commit.Connector, manifest, commit.ShardBits, commit.Shard);
        await using var entries = reader ?? (IStateReader)new EmptyStateReader();
        await using var target = await commit.Job.Store.CreateAsync(key, PutCondition.None, cancellationToken);
        using var writer = new StateFileWriter(target.Stream, commit.ShardBits, commit.Shard);
        var total = (old?.Users ?? 0) + (old?.Gone ?? 0);
        await merge.RunAsync(
            entries, updates ?? (IUpdateReader)new NoUpdates(), writer, done => context.Report(done, Math.Max(done, total)), cancellationToken);
        var file = old;
        long bytesOut = 0;
        if (old is null || merge.IsChanged)
        {
            await writer.FinishAsync(cancellationToken);
            await target.CommitAsync(cancellationToken);
            file = new(StateFiles.NameOf(key), writer.Length, writer.Index.Users, writer.Index.Gone, StateManifest.Hex(writer.Index.Checksum));
            bytesOut = writer.Length;
        }

        return new()
        {
            File = file!,
            BasedOn = manifest?.Checksum,
            Accepted = merge.Accepted,
            Rejected = merge.Rejected,
            Unknown = merge.Unknown,
            Unsettled = merge.Unsettled + (updates?.Lost ?? commit.Outcomes.CountAccepted()),
            BytesIn = (reader?.BytesRead ?? 0) + (updates?.Bytes ?? 0),
            BytesOut = bytesOut,
        };
    }

    private static async Task<UpdateReader?> OpenUpdatesAsync(ShardCommit commit, CancellationToken cancellationToken)
    {
        var key = commit.Keys.Updates(commit.Connector, commit.Shard);
        Action? onDamaged = commit.OnDamaged is { } tell ? () => tell(key) : null;
        try
        {
            return new(await SectionedObject.OpenAsync(commit.Job.Store, key, cancellationToken), onDamaged);
        }
        catch (ObjectNotFoundException) when (commit.Outcomes.IsEmpty)
        {
            // A limited run leaves shards out; nothing was settled in them.
            return null;
        }
        catch (Exception e) when (commit.OnDamaged is not null && e is ObjectNotFoundException or InvalidDataException)
        {
            commit.OnDamaged!(key);
            return null;
        }
    }

    private sealed class NoUpdates : IUpdateReader
    {
        public StateUpdate Current => default;

        public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);
    }
}
