using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Storage.Overlay;

public sealed class OverlayRegistrationTests
{
    [Fact]
    public async Task AddDryRun_Host_ChangesNothingHoldsNothingAndRemovesItsFolder()
    {
        using var folder = new TempFolder();
        folder.Write("data/etl_jobs/related_items/shop/config.json", "{}");
        await using (var services = Services(folder))
        {
            var job = services.GetRequiredService<IJobLocator>().Open(folder.At("data/etl_jobs/related_items/shop"));
            await services.GetRequiredService<IJobHold>().AcquireAsync(job, "run", TestContext.Current.CancellationToken);
            await job.Store.PutAsync(job.Prefix + "staging/x", Encoding.UTF8.GetBytes("x"), PutCondition.None, TestContext.Current.CancellationToken);

            // Another step opens the job anew, and sees it.
            var again = services.GetRequiredService<IJobLocator>().Open(job.JobPath);
            Assert.NotNull(await again.Store.FindAsync(job.Prefix + "staging/x", TestContext.Current.CancellationToken));
            Assert.NotEmpty(Directory.GetDirectories(folder.At("scratch")));
            Assert.True((await services.GetRequiredService<IDestinationSecrets>().ReadAsync("braze", TestContext.Current.CancellationToken)).Endpoint.IsLoopback);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.At("scratch")));
        Assert.Equal(["config.json"], Directory.GetFileSystemEntries(folder.At("data/etl_jobs/related_items/shop")).Select(Path.GetFileName));
        Assert.Equal(["etl_jobs"], Directory.GetFileSystemEntries(folder.At("data")).Select(Path.GetFileName));
    }

    private static ServiceProvider Services(TempFolder folder)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:LocalRoots"] = folder.At("data"),
            ["Worker:ScratchPath"] = folder.At("scratch"),
        }).Build();
        return new ServiceCollection()
            .AddConnectorActivities(configuration)
            .AddSingleton<IServiceIdentity>(new ServiceIdentity("test"))
            .AddDryRun(samplesPerKind: 3)
            .BuildServiceProvider();
    }
}
