using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class HostedWorkerTests
{
    [Fact]
    public async Task Ended_AServiceOfTheHostFails_SaysWhy()
    {
        var die = new TaskCompletionSource();
        using var host = HostOf(_ => die.Task);
        await using var worker = new HostedWorker(host);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(worker.Ended.IsCompleted);

        die.SetException(new InvalidOperationException("the namespace is gone"));

        Assert.Equal("the namespace is gone", (await worker.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken))?.Message);
    }

    [Fact]
    public async Task Ended_TheHostIsHealthy_ComesOnlyWithItsStop()
    {
        using var host = HostOf(stopping =>
        {
            var work = new TaskCompletionSource();
            stopping.Register(() => work.TrySetCanceled(stopping));
            return work.Task;
        });
        var worker = new HostedWorker(host);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(worker.Ended.IsCompleted);

        await worker.DisposeAsync();

        await worker.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static IHost HostOf(Func<CancellationToken, Task> work)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(_ => new Service(work));
        return builder.Build();
    }

    private sealed class Service(Func<CancellationToken, Task> work) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => work(stoppingToken);
    }
}
