using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Tests.Storage.Local;

public sealed class LocalObjectStoreContractTests : ObjectStoreRaceTests
{
    private readonly TempFolder _folder = new();

    protected override Task<IObjectStore> CreateStoreAsync() => Task.FromResult<IObjectStore>(new LocalObjectStore(_folder.Path, TimeProvider.System));

    protected override Task DestroyStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
