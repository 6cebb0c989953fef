using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A connector's sync state as steps read it.</summary>
public interface IStateStore
{
    /// <summary>Opens the users of this run's shard, whatever shard count the state was written with. No state: an empty reader.</summary>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>.</exception>
    Task<IStateReader> OpenAsync(OpenedRun run, string connector, int shard, CancellationToken cancellationToken);
}
