namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>The names in a manifest.</summary>
public sealed class SentAttributes : ISentAttributes
{
    public async Task<IReadOnlyCollection<string>> ReadAsync(OpenedRun run, string connector, CancellationToken cancellationToken) =>
        (await StateManifests.LoadAsync(run.Job, connector, cancellationToken))?.Manifest.AttributeNames ?? [];
}
