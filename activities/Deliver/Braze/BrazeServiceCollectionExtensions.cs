using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Secrets;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

internal static class BrazeServiceCollectionExtensions
{
    /// <summary>The destination <c>braze</c> and its HTTP client.</summary>
    public static IServiceCollection AddBraze(this IServiceCollection services)
    {
        services.AddSingleton(new BrazeOptions());
        services.AddSingleton<BrazeClient>();
        services.AddSingleton<BrazeDestination>()
            .AddSingleton<IDestination>(provider => provider.GetRequiredService<BrazeDestination>())
            .AddSingleton<IRecordDestination>(provider => provider.GetRequiredService<BrazeDestination>());
        services.AddSingleton<IAccountRules, BrazeAccountRules>();
        services.AddHttpClient(BrazeClient.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => CreateHandler(provider.GetRequiredService<BrazeOptions>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // the handler renews its connections itself
            .RemoveAllLoggers(); // requests carry the key and people's data
        return services;
    }

    private static SocketsHttpHandler CreateHandler(BrazeOptions options) => new()
    {
        AllowAutoRedirect = false, // the key goes nowhere else
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        EnableMultipleHttp2Connections = true, // a hundred streams each, fewer than requests in flight
    };
}
