using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage;

/// <summary>The store that other tests use keeps the contract too.</summary>
public sealed class FakeObjectStoreTests : ObjectStoreRaceTests
{
    protected override Task<IObjectStore> CreateStoreAsync() => Task.FromResult<IObjectStore>(new FakeObjectStore());

    protected override Task DestroyStoreAsync() => Task.CompletedTask;
}
