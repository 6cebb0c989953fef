using Microsoft.Extensions.DependencyInjection;

namespace PersonalizeConnectors.Activities.Sqs;

public static class SqsServiceCollectionExtensions
{
    /// <summary>Queues of connectors. Needs the secrets, which know queues too.</summary>
    public static IServiceCollection AddQueues(this IServiceCollection services)
    {
        services.AddOptions<SqsOptions>().BindConfiguration(SqsOptions.Section);
        return services
            .AddSingleton<ISqsClients, SqsClients>()
            .AddSingleton<IQueueFinder, QueueFinder>()
            .AddSingleton(provider => new QueueInspector(provider.GetRequiredService<IQueueFinder>()))
            .AddSingleton(provider => new QueueCheck(provider.GetRequiredService<IQueueFinder>()));
    }
}
