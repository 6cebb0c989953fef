using System.Diagnostics.CodeAnalysis;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>The files of a connector's state folder.</summary>
internal static class StateFiles
{
    private const int RunIdLength = 25;
    private const string Ending = ".state";

    /// <summary>True for a name that <see cref="RunKeys.StateShard"/> makes; nothing else in the folder is ours to delete.</summary>
    public static bool IsName(string name) =>
        name.Length > RunIdLength + 1 + Ending.Length
        && name[RunIdLength] == '-'
        && name.EndsWith(Ending, StringComparison.Ordinal)
        && name.AsSpan(RunIdLength + 1, name.Length - RunIdLength - 1 - Ending.Length).IndexOfAnyExceptInRange('0', '9') < 0
        && RunKeys.TryParseRunId(name[..RunIdLength], out _);

    /// <summary>The name of a state file's key in its folder.</summary>
    public static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    /// <summary>Deletes every state file that the manifest does not name; all of them where there is no manifest.</summary>
    /// <param name="holder">Who has the job, and has read or written the manifest since it does.</param>
    /// <exception cref="Failures.ConnectorException"><c>JobAlreadyRunning</c>: somebody else has the job by now, and the files may be theirs.</exception>
    public static async Task RemoveUnnamedAsync(
        JobLocation job, string connector, StateManifest? manifest, IJobHold hold, string holder, CancellationToken cancellationToken)
    {
        var folder = RunKeys.StateOf(job.Prefix, connector);
        var named = manifest?.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        var unnamed = new List<string>();
        await foreach (var entry in job.Store.ListAsync(folder, cancellationToken))
        {
            var name = entry.Key[folder.Length..];
            if (IsName(name) && !named.Contains(name))
            {
                unnamed.Add(entry.Key);
            }
        }

        if (unnamed.Count > 0)
        {
            // After the listing: a process that stood still may wake up in a later run, whose files its manifest cannot name.
            await hold.CheckAsync(job, holder, cancellationToken);
        }

        foreach (var key in unnamed)
        {
            await job.Store.DeleteAsync(key, cancellationToken);
        }
    }

    /// <summary>Finds a listed file, and checks all of it but its blocks.</summary>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>.</exception>
    public static async Task<(ObjectEntry Entry, StateFileIndex Index)> OpenAsync(
        JobLocation job, string connector, StateManifest manifest, int shard, CancellationToken cancellationToken)
    {
        var file = manifest.Files[shard];
        var key = RunKeys.StateOf(job.Prefix, connector) + file.Name;
        var entry = await job.Store.FindAsync(key, cancellationToken)
            ?? throw StateFailures.Damaged(job, connector, key, "the manifest lists it, and it is missing");
        try
        {
            if (entry.Size != file.Size)
            {
                ThrowDamaged($"it has {entry.Size} bytes, and the manifest says {file.Size}");
            }

            var index = await ReadIndexAsync(job.Store, entry, cancellationToken);
            if (StateManifest.Hex(index.Checksum) != file.Checksum)
            {
                ThrowDamaged($"its checksum is {StateManifest.Hex(index.Checksum)}, and the manifest says {file.Checksum}");
            }

            if (index.ShardBits != manifest.ShardBits || index.Shard != shard)
            {
                ThrowDamaged($"it is shard {index.Shard} of {1 << index.ShardBits}, and the manifest lists it as shard {shard} of {1 << manifest.ShardBits}");
            }

            return (entry, index);
        }
        catch (InvalidDataException e)
        {
            throw StateFailures.Damaged(job, connector, key, e.Message, e);
        }
    }

    [DoesNotReturn]
    private static void ThrowDamaged(string what) => throw new InvalidDataException(what);

    private static async Task<StateFileIndex> ReadIndexAsync(IObjectStore store, ObjectEntry entry, CancellationToken cancellationToken)
    {
        // One read fetches the trailer and the index of two million users; a longer index takes another.
        const int Guess = 64 * 1024;
        var header = await ObjectBytes.ReadAsync(store, entry, new ByteRange(0, StateFileIndex.HeaderSize), cancellationToken);
        var start = Math.Max(0, entry.Size - Guess);
        var tail = await ObjectBytes.ReadAsync(store, entry, ByteRange.From(start), cancellationToken);
        var size = StateFileIndex.TailSizeOf(tail.AsSpan(Math.Max(0, tail.Length - StateFileIndex.TrailerSize)));
        if (size > entry.Size - StateFileIndex.HeaderSize)
        {
            ThrowDamaged("it is shorter than its own index");
        }

        if (size > tail.Length)
        {
            tail = await ObjectBytes.ReadAsync(store, entry, ByteRange.From(entry.Size - size), cancellationToken);
        }

        return StateFileIndex.Read(header, tail.AsSpan((int)(tail.Length - size)), entry.Size);
    }
}
