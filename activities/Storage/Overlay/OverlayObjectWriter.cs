namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>Writes beside the root; the condition is looked at in root and changes together.</summary>
internal sealed class OverlayObjectWriter(OverlayObjectStore store, string key, PutCondition condition, ObjectWriter inner) : ObjectWriter
{
    public override Stream Stream => inner.Stream;

    public override Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken) => store.CommitAsync(key, condition, inner, cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
