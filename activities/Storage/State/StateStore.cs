using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>The sync state as <c>docs/state.md</c> describes it.</summary>
public sealed class StateStore : IStateStore
{
    public async Task<IStateReader> OpenAsync(OpenedRun run, string connector, int shard, CancellationToken cancellationToken) =>
        await StateManifests.LoadAsync(run.Job, connector, cancellationToken) is { } stored
            ? new StateReader(run.Job, connector, stored.Manifest, run.Plan.ShardBits, shard)
            : new EmptyStateReader();
}
