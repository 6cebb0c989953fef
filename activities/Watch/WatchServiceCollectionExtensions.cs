using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Watch;

public static class WatchServiceCollectionExtensions
{
    /// <summary>Detection by events. Needs storage, queues and logging.</summary>
    public static IServiceCollection AddDetection(this IServiceCollection services) => services
        .AddSingleton<OutputWatcher>()
        .AddSingleton<WatchActivities>()
        .AddSingleton<IWatchActivities>(provider => provider.GetRequiredService<WatchActivities>());
}
