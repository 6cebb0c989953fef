using Microsoft.Extensions.DependencyInjection;

namespace PersonalizeConnectors.Activities.Secrets;

public static class SecretsServiceCollectionExtensions
{
    /// <summary>Endpoints and keys from the configuration; further sources are registered behind it.</summary>
    public static IServiceCollection AddDestinationSecrets(this IServiceCollection services) =>
        services
            .AddSingleton<ISecretSource, ConfigurationSecrets>()
            .AddSingleton<IDestinationSecrets, DestinationSecrets>()
            .AddSingleton<AccountCheck>();
}
