using System.IO.Compression;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.EndToEnd;

/// <summary>The three sample jobs: everything, then nothing, then exactly those whose prices changed.</summary>
public sealed partial class SampleEndToEndTests(TemporalServerFixture server)
{
    [Theory]
    [InlineData("related_items/because_you_bought")]
    [InlineData("user_personalization/picked_for_you")]
    [InlineData("personalized_ranking/weekly_newsletter")]
    public async Task Run_SampleJob_SendsEverythingThenNothingThenWhatChanged(string job)
    {
        using var root = new CopiedSamples();
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        var jobPath = Path.Combine(root.Path, "etl_jobs", job);
        var expected = ReferenceProfiles.FirstRun(root.Path, "etl_jobs/" + job);

        var first = await host.RunAsync(jobPath);
        AssertRun(expected, first);
        ReferenceProfiles.AssertSent(expected, braze);

        var second = await host.RunAsync(jobPath);
        Assert.Equal((0, expected.Total), (second.Users("accepted"), second.Users("unchanged")));
        Assert.Equal(0, second.Requests("sent"));

        ChangePrices(jobPath);
        var changed = ReferenceProfiles.NextRun(root.Path, "etl_jobs/" + job, expected.Next);
        Assert.NotEmpty(changed.Changed);
        AssertRun(changed, await host.RunAsync(jobPath));
        ReferenceProfiles.AssertSent(changed, braze);
    }

    [Fact]
    public async Task Run_TwoConnectorsOfOneType_OneFailsAndTheOtherCompletes()
    {
        using var root = TestRoot.Create(200, connectors: """{ "main": { "type": "braze" }, "second": { "type": "braze", "attributeShape": "itemIds" } }""");
        await using var main = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var second = await BrazeSimulator.StartAsync(
            new() { Settings = new() { KeyHasPermission = false } }, TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("main", main), ("second", second));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.StartsWith("second: ", run.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal((200, 0), (run.Users("accepted", "main"), run.Users("accepted", "second")));
        Assert.Equal((200, 0), (main.Profiles.Count, second.Profiles.Count));
    }

    [Fact]
    public async Task Run_SomeUsersOnly_CommitsThemAndCountsNoRemovals()
    {
        using var root = TestRoot.Create(100);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));

        var two = await host.RunAsync(new ConnectorJobInput { JobPath = root.JobPath, Users = [TestRoot.UserId(3), TestRoot.UserId(7)] });
        var ten = await host.RunAsync(new ConnectorJobInput { JobPath = root.JobPath, Limit = 10 });
        var rest = await host.RunAsync(root.JobPath);

        Assert.Equal((2, 0), (two.Users("accepted"), two.Users("removed")));
        Assert.Equal((10, 0), (ten.Users("accepted"), ten.Users("removed")));
        Assert.Equal((88, 12, 0), (rest.Users("accepted"), rest.Users("unchanged"), rest.Users("removed")));
    }

    [Fact]
    public async Task Run_MostUsersVanish_IsRefusedUntilGuardsAreOverridden()
    {
        using var root = TestRoot.Create(100, connectors: """{ "braze": { "attributeShape": "itemIds", "onRemoved": "clear" } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        await host.RunAsync(root.JobPath);
        root.WriteBatch(10, 50, _ => 0);

        var refused = await host.RunAsync(root.JobPath);
        var forced = await host.RunAsync(new ConnectorJobInput { JobPath = root.JobPath, OverrideGuards = true });

        Assert.Equal(FailureTypes.GuardTripped, refused.Failure!.Type);
        Assert.Equal((90, 90), (forced.Users("removed"), forced.Users("accepted")));
        Assert.Empty(braze.Profiles.Find(TestRoot.UserId(50))!.Attributes);
        Assert.NotEmpty(braze.Profiles.Find(TestRoot.UserId(5))!.Attributes);
    }

    private static void AssertRun(ReferenceRun expected, FinishedRun run)
    {
        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        Assert.Equal(
            (expected.Total, expected.New.Count, expected.Changed.Count, expected.Sent.Count),
            (run.Users("total"), run.Users("new"), run.Users("changed"), run.Users("accepted")));
    }

    // Every price of the plain metadata files, or of the compressed ones where there are no others.
    private static void ChangePrices(string jobPath)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(jobPath, "input", "item_metadata")))
        {
            var isGzip = file.EndsWith(".gz", StringComparison.Ordinal);
            using var source = new StreamReader(isGzip ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress) : File.OpenRead(file));
            var text = Price().Replace(source.ReadToEnd(), "\"price\":1.230");
            source.Dispose();
            using var target = new StreamWriter(isGzip ? new GZipStream(File.Create(file), CompressionLevel.Fastest) : File.Create(file));
            target.Write(text);
        }
    }

    [GeneratedRegex("\"price\": ?[0-9.]+")]
    private static partial Regex Price();
}
