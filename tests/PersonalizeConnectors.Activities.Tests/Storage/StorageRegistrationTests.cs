using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class StorageRegistrationTests
{
    [Fact]
    public async Task AddConnectorStorage_ConfiguredHost_OpensJobsScratchAndSecrets()
    {
        using var folder = new TempFolder();
        folder.Write("data/etl_jobs/related_items/shop/config.json", "{}");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:LocalRoots"] = folder.At("data"),
            ["Worker:ScratchPath"] = folder.At("scratch"),
            ["Connectors:Braze:RestEndpointUrl"] = "https://host",
            ["Connectors:Braze:ApiKey"] = "key",
        }).Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IServiceIdentity>(new ServiceIdentity("test"))
            .AddConnectorStorage()
            .AddDestinationSecrets()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });

        var job = services.GetRequiredService<IJobLocator>().Open(folder.At("data/etl_jobs/related_items/shop"));
        await services.GetRequiredService<IJobHold>().AcquireAsync(job, "run", TestContext.Current.CancellationToken);
        await using (var file = services.GetRequiredService<IScratch>().CreateTemporary("run"))
        {
            Assert.StartsWith(folder.At("scratch"), file.Name, StringComparison.Ordinal);
        }

        var account = await services.GetRequiredService<IDestinationSecrets>().ReadAsync("braze", TestContext.Current.CancellationToken);
        Assert.Equal(new Uri("https://host"), account.Endpoint);
    }
}
