using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PersonalizeConnectors.Activities.Deliver.Braze;
using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Deliver.Queue;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

public static class DeliverServiceCollectionExtensions
{
    /// <summary>The step <c>Deliver</c> with every destination that is built in. Needs storage, secrets, queues, the sent attributes and logging.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PacerRegistry>();
        services.AddSingleton<DeliverRange>();
        services.AddSingleton<DeliverActivities>();
        services.AddSingleton<IDeliverActivities>(provider => provider.GetRequiredService<DeliverActivities>());
        services.AddSingleton<QueueDrainer>();
        services.AddSingleton<DrainActivities>();
        services.AddSingleton<IDrainActivities>(provider => provider.GetRequiredService<DrainActivities>());
        services.AddSingleton<PartDeliverer>();
        services.AddSingleton<PartActivities>();
        services.AddSingleton<IPartActivities>(provider => provider.GetRequiredService<PartActivities>());
        services.AddSingleton<EnqueueActivities>();
        services.AddSingleton<IEnqueueActivities>(provider => provider.GetRequiredService<EnqueueActivities>());
        services.AddSingleton<IDestination, QueueDestination>();
        return services.AddBraze();
    }
}
