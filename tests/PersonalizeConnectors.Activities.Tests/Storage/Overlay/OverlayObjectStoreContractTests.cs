using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Storage.Overlay;

namespace PersonalizeConnectors.Activities.Tests.Storage.Overlay;

/// <summary>An overlay over an empty root is a store like any other.</summary>
public sealed class OverlayObjectStoreContractTests : ObjectStoreRaceTests
{
    private readonly TempFolder _root = new();
    private readonly TempFolder _changes = new();

    protected override Task<IObjectStore> CreateStoreAsync() => Task.FromResult<IObjectStore>(new OverlayObjectStore(
        new LocalObjectStore(_root.Path, TimeProvider.System, tidies: false), new LocalObjectStore(_changes.Path, TimeProvider.System), TimeProvider.System));

    protected override Task DestroyStoreAsync()
    {
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
        _root.Dispose();
        _changes.Dispose();
        return Task.CompletedTask;
    }
}
