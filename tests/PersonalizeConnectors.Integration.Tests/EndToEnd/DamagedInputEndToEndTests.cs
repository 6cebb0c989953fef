using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.EndToEnd;

/// <summary>What Plan does not see, because it lists files and does not read them: the run ends by name, with nothing sent.</summary>
public sealed class DamagedInputEndToEndTests(TemporalServerFixture server)
{
    private const string Folder = "etl_jobs/related_items/picks/input/user_item_mapping/";

    [Fact]
    public async Task Run_MappingWithoutHeader_FailsByNameAndSendsNothing()
    {
        using var root = TestRoot.CreateItemKeyed(50, 10);
        root.Write(Folder + "more.csv", "user-000001,item-1\n");

        await FailsAsync(root, FailureTypes.InvalidConfiguration, "more.csv", "USER_ID and ITEM_ID");
    }

    [Fact]
    public async Task Run_MappingCutShort_FailsByNameAndSendsNothing()
    {
        using var root = TestRoot.CreateItemKeyed(50, 10);
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("USER_ID,ITEM_ID\nuser-000001,item-1\n"), TestContext.Current.CancellationToken);
        }

        await File.WriteAllBytesAsync(
            Path.Combine(root.Path, Folder, "more.csv.gz"), compressed.ToArray()[..^4], TestContext.Current.CancellationToken);

        await FailsAsync(root, type: null, "more.csv.gz");
    }

    [Fact]
    public async Task Run_DamagedStateOfOneConnector_LeavesTheOtherAlone()
    {
        using var root = TestRoot.Create(100, connectors: """{ "main": { "type": "braze" }, "second": { "type": "braze" } }""");
        await using var main = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var second = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("main", main), ("second", second));
        Assert.Equal(RunStatus.Completed, (await host.RunAsync(root.JobPath)).Status);
        var state = Assert.Single(Directory.GetFiles(Path.Combine(root.JobPath, "output", "second", "state"), "*.state"));
        var bytes = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0xFF;
        await File.WriteAllBytesAsync(state, bytes, TestContext.Current.CancellationToken);
        root.WriteBatch(100, 50, user => user < 5 ? 1 : 0);
        var (mainRequests, secondRequests) = (main.Statistics.Requests, second.Statistics.Requests);

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal((RunStatus.Failed, FailureTypes.DamagedState), (run.Status, run.Failure?.Type));
        Assert.StartsWith("second: ", run.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("state reset", run.Failure.Message, StringComparison.Ordinal);
        Assert.Equal((5, 0), (run.Users("accepted", "main"), run.Users("accepted", "second")));
        Assert.Equal((mainRequests + 1, secondRequests), (main.Statistics.Requests, second.Statistics.Requests));
        Assert.Equal(0, await SentByTheNextRunAsync());

        async Task<long> SentByTheNextRunAsync() => (await host.RunAsync(root.JobPath)).Users("accepted", "main");
    }

    private async Task FailsAsync(TestRoot root, string? type, params string[] named)
    {
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(type ?? run.Failure!.Type, run.Failure!.Type);
        Assert.All(named, name => Assert.Contains(name, run.Failure.Message, StringComparison.Ordinal));
        Assert.Equal(0, braze.Statistics.Requests);
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "output")));
    }
}
