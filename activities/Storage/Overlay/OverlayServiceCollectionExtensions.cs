using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

public static class OverlayServiceCollectionExtensions
{
    /// <summary>
    /// Every kind of store that is registered so far leaves its roots as they are: changes go to a private folder below <c>Worker__ScratchPath</c>, which is
    /// removed with the host. Jobs are not held.
    /// </summary>
    public static IServiceCollection AddOverlayStorage(this IServiceCollection services) => services
        .AddSingleton<OverlayFolder>()
        .RemoveAll<IJobHold>()
        .AddSingleton<IJobHold, NoJobHold>()
        .Decorate<IObjectStoreFactory>((provider, inner) => new OverlayObjectStoreFactory(
            inner, provider.GetRequiredService<OverlayFolder>(), provider.GetRequiredService<TimeProvider>()));
}
