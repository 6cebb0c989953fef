using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Storage.S3;

namespace PersonalizeConnectors.Activities.Storage;

public static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Stores, locator, hold and scratch, with the configuration sections <c>Storage</c> and <c>Worker</c>. The host adds its
    /// <see cref="IServiceIdentity"/>; a further kind of store adds its <see cref="IObjectStoreFactory"/>.
    /// </summary>
    public static IServiceCollection AddConnectorStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().Configure<IConfiguration>((options, configuration) => options.ReadFrom(configuration));
        services.AddOptions<ScratchOptions>().BindConfiguration(ScratchOptions.Section);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILiveRuns, OwnLife>();
        return services
            .AddSingleton<IObjectStoreFactory, LocalObjectStoreFactory>()
            .AddSingleton<IObjectStoreFactory, S3ObjectStoreFactory>()
            .AddSingleton<IJobLocator, JobLocator>()
            .AddSingleton<LocalJobHold>()
            .AddSingleton<LeaseJobHold>()
            .AddSingleton<IJobHold, JobHolds>()
            .AddSingleton<IScratch, Scratch>()
            .AddSingleton<IRunOpener, RunOpener>();
    }
}
