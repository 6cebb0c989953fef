using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Deliver.Dry;
using PersonalizeConnectors.Activities.Storage.Overlay;

namespace PersonalizeConnectors.Activities;

public static class DryRunServiceCollectionExtensions
{
    /// <summary>Turns the activities that are registered so far into a dry run: the same steps, nothing written to a root, nothing sent.</summary>
    /// <param name="samplesPerKind">See <see cref="DryTally"/>.</param>
    public static IServiceCollection AddDryRun(this IServiceCollection services, int samplesPerKind) =>
        services.AddOverlayStorage().AddDryDelivery(samplesPerKind);
}
