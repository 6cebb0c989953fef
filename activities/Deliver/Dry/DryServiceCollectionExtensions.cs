using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

public static class DryServiceCollectionExtensions
{
    /// <summary>Every destination that is registered so far sends nothing; what it would have sent is in the <see cref="DryTally"/>. No endpoint, key or queue is read.</summary>
    /// <param name="samplesPerKind">Payloads to keep of new, changed, removed and resent users each.</param>
    public static IServiceCollection AddDryDelivery(this IServiceCollection services, int samplesPerKind) => services
        .AddSingleton(new DryTally(samplesPerKind))
        .RemoveAll<IDestinationSecrets>()
        .AddSingleton<IDestinationSecrets, DrySecrets>()
        .RemoveAll<IQueueFinder>()
        .AddSingleton<IQueueFinder, DryQueues>()
        .Decorate<IDestination>((provider, inner) => new DryDestination(
            inner, provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<ISentAttributes>(), provider.GetRequiredService<DryTally>()));
}
