using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Secrets.Ssm;
using PersonalizeConnectors.Activities.Sqs;

namespace PersonalizeConnectors.Activities.Secrets;

public static class SecretsServiceCollectionExtensions
{
    /// <summary>Endpoints and keys from the configuration, and what is not there from SSM Parameter Store.</summary>
    public static IServiceCollection AddDestinationSecrets(this IServiceCollection services)
    {
        services.AddOptions<SsmOptions>().BindConfiguration(SsmOptions.Section);
        return services
            .AddSingleton<ConfigurationSecrets>()
            .AddSingleton<SsmSecrets>()
            .AddSingleton<ISecretSource>(provider => provider.GetRequiredService<ConfigurationSecrets>())
            .AddSingleton<ISecretSource>(provider => provider.GetRequiredService<SsmSecrets>())
            .AddSingleton<IQueueUrlSource>(provider => provider.GetRequiredService<ConfigurationSecrets>())
            .AddSingleton<IQueueUrlSource>(provider => provider.GetRequiredService<SsmSecrets>())
            .AddSingleton<IDestinationSecrets, DestinationSecrets>()
            .AddSingleton<AccountCheck>();
    }
}
