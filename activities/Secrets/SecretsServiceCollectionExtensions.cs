using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Secrets.Ssm;

namespace PersonalizeConnectors.Activities.Secrets;

public static class SecretsServiceCollectionExtensions
{
    /// <summary>Endpoints and keys from the configuration, and what is not there from SSM Parameter Store.</summary>
    public static IServiceCollection AddDestinationSecrets(this IServiceCollection services)
    {
        services.AddOptions<SsmOptions>().BindConfiguration(SsmOptions.Section);
        return services
            .AddSingleton<ISecretSource, ConfigurationSecrets>()
            .AddSingleton<ISecretSource, SsmSecrets>()
            .AddSingleton<IDestinationSecrets, DestinationSecrets>()
            .AddSingleton<AccountCheck>();
    }
}
