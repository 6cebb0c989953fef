using System.IO.Compression;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Recover;

/// <summary>
/// Takes the retractions of drains into the state before a run compares with it: a user whom the destination did not accept after all gets a
/// fingerprint that equals none, and so is sent again.
/// </summary>
public sealed partial class RetractedUsers(IJobHold hold, TimeProvider time, ILogger<RetractedUsers> logger)
{
    private static readonly Comparer<(ulong Hash, byte[] Id)> ByHash = Comparer<(ulong Hash, byte[] Id)>.Create((a, b) =>
        a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : a.Id.AsSpan().SequenceCompareTo(b.Id));

    /// <param name="keys">The run that works, and holds the job.</param>
    public async Task RunAsync(JobLocation job, RunKeys keys, StepContext context)
    {
        var connectors = new List<string>();
        await foreach (var connector in job.Store.ListFoldersAsync(RunKeys.OutputOf(job.Prefix), context.CancellationToken))
        {
            connectors.Add(connector);
        }

        foreach (var connector in connectors)
        {
            try
            {
                await TakeAsync(job, keys, connector, context);
            }
            catch (ConnectorException e) when (e.Type == Workflows.Contracts.FailureTypes.DamagedState)
            {
                // The connector's own delta refuses until somebody repairs it; the retractions stay until then.
                LogDamagedState(connector, e);
            }
        }
    }

    private async Task TakeAsync(JobLocation job, RunKeys keys, string connector, StepContext context)
    {
        var parts = new List<string>();
        await foreach (var entry in job.Store.ListAsync(RunKeys.RetractionsOf(job.Prefix, connector), context.CancellationToken))
        {
            parts.Add(entry.Key);
        }

        if (parts.Count == 0)
        {
            return;
        }

        var (users, read) = await ReadAsync(job, connector, parts, context);
        if (users.Count > 0 && await StateManifests.LoadAsync(job, connector, context.CancellationToken) is { } stored)
        {
            await ApplyAsync(job, keys, connector, stored, users, context);
        }

        // Without a state everybody is sent anyway.
        foreach (var part in read)
        {
            await job.Store.DeleteAsync(part, context.CancellationToken);
        }

        LogTaken(connector, users.Count);
    }

    private async Task<(SortedDictionary<(ulong Hash, byte[] Id), bool> Users, List<string> Read)> ReadAsync(
        JobLocation job, string connector, List<string> parts, StepContext context)
    {
        var users = new SortedDictionary<(ulong, byte[]), bool>(ByHash);
        var read = new List<string>();
        foreach (var part in parts)
        {
            context.Report(read.Count, parts.Count);
            try
            {
                await using var stream = await job.Store.OpenAsync(part, ByteRange.All, ifETag: null, context.CancellationToken);
                using var lines = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
                var found = new List<Retraction>();
                while (await lines.ReadLineAsync(context.CancellationToken) is { } line)
                {
                    found.Add(Retraction.Read(line));
                }

                // The parts are in the order of time: what was to happen to a user last counts.
                found.ForEach(r => users[(IdHash.Of(r.UserId), r.UserId)] = r.IsClear);
                read.Add(part);
            }
            catch (InvalidDataException e)
            {
                LogDamaged(connector, part, e);
            }
        }

        return (users, read);
    }

    private async Task ApplyAsync(
        JobLocation job, RunKeys keys, string connector, StoredManifest stored, SortedDictionary<(ulong Hash, byte[] Id), bool> users, StepContext context)
    {
        var manifest = stored.Manifest;
        var files = manifest.Files.ToArray();
        foreach (var shard in users.GroupBy(u => IdHash.Shard(u.Key.Hash, manifest.ShardBits)))
        {
            context.Report(shard.Key, files.Length);
            files[shard.Key] = await RewriteAsync(job, keys, connector, manifest, shard.Key, [.. shard], context.CancellationToken);
        }

        var changed = manifest with { WrittenAt = time.GetUtcNow(), Files = files, Users = files.Sum(f => f.Users), Gone = files.Sum(f => f.Gone) };
        await hold.CheckAsync(job, keys.RunId, context.CancellationToken);
        try
        {
            await job.Store.PutAsync(
                RunKeys.StateManifestOf(job.Prefix, connector), changed.ToJson(), PutCondition.IfUnchanged(stored.ETag), context.CancellationToken);
        }
        catch (PutConflictException)
        {
            throw StateFailures.Moved(job, connector, manifest.Run);
        }

        await StateFiles.RemoveUnnamedAsync(job, connector, changed, hold, keys.RunId, context.CancellationToken);
    }

    private static async Task<StateManifestFile> RewriteAsync(
        JobLocation job, RunKeys keys, string connector, StateManifest manifest, int shard, IReadOnlyList<KeyValuePair<(ulong Hash, byte[] Id), bool>> users,
        CancellationToken cancellationToken)
    {
        var key = keys.RetractedStateShard(connector, shard);
        await using var old = new StateReader(job, connector, manifest, manifest.ShardBits, shard);
        await using var target = await job.Store.CreateAsync(key, PutCondition.None, cancellationToken);
        using var writer = new StateFileWriter(target.Stream, manifest.ShardBits, shard);
        var day = (int)(keys.StartedAt.UtcDateTime - DateTime.UnixEpoch).TotalDays;
        var hasOld = await old.MoveNextAsync(cancellationToken);
        var next = 0;
        while (hasOld || next < users.Count)
        {
            var order = !hasOld ? 1 : next == users.Count ? -1
                : ByHash.Compare((old.Current.Hash, old.Current.UserId.ToArray()), users[next].Key);
            if (order <= 0)
            {
                await writer.WriteAsync(order < 0 ? old.Current : old.Current with { Fingerprint = Fingerprint.Unknown }, cancellationToken);
                hasOld = await old.MoveNextAsync(cancellationToken);
            }
            else if (users[next].Value)
            {
                // The user left the state when the queue took the update that clears; back in it, he is seen as removed once more.
                await writer.WriteAsync(new(users[next].Key.Hash, users[next].Key.Id, Fingerprint.Unknown, day, IsGone: false), cancellationToken);
            }

            next += order >= 0 ? 1 : 0;
        }

        await writer.FinishAsync(cancellationToken);
        await target.CommitAsync(cancellationToken);
        return new(StateFiles.NameOf(key), writer.Length, writer.Index.Users, writer.Index.Gone, StateManifest.Hex(writer.Index.Checksum));
    }

    [LoggerMessage(4110, LogLevel.Information, "Connector {Connector}: {Users} users of a drain were not accepted; this run sends them again.")]
    private partial void LogTaken(string connector, int users);

    [LoggerMessage(4111, LogLevel.Warning, "Connector {Connector}: the retraction part {Part} cannot be read and stays where it is. Its users are sent again after state reset or a full resync.")]
    private partial void LogDamaged(string connector, string part, Exception cause);

    [LoggerMessage(4112, LogLevel.Error, "Connector {Connector}: the sync state is damaged, so retractions cannot be taken into it. They stay for a later run.")]
    private partial void LogDamagedState(string connector, Exception cause);
}
