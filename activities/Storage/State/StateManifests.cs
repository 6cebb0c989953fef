using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>A manifest as it lies in the store.</summary>
internal sealed record StoredManifest(StateManifest Manifest, string ETag);

/// <summary>Reads manifests.</summary>
internal static class StateManifests
{
    /// <returns>Null where there is no manifest: no state yet.</returns>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>.</exception>
    public static async Task<StoredManifest?> LoadAsync(JobLocation job, string connector, CancellationToken cancellationToken)
    {
        var key = RunKeys.StateManifestOf(job.Prefix, connector);
        if (await job.Store.FindAsync(key, cancellationToken) is not { } entry)
        {
            return null;
        }

        try
        {
            var manifest = StateManifest.Parse(await ObjectBytes.ReadAsync(job.Store, entry, ByteRange.All, cancellationToken));
            return manifest.Files.FirstOrDefault(f => !StateFiles.IsName(f.Name)) is { } foreign
                ? throw new InvalidDataException($"it names \"{foreign.Name}\", which is no name of a state file")
                : new(manifest, entry.ETag);
        }
        catch (InvalidDataException e)
        {
            throw StateFailures.Damaged(job, connector, key, e.Message, e);
        }
    }
}
