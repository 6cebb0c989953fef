using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Starter.History;
using static PersonalizeConnectors.Integration.Tests.Harness.WrittenReports;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class ReportCommandTests
{
    [Fact]
    public async Task Report_NoRunNamed_ShowsTheNewestWithFunnelReasonsTrendAndRates()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "report", root.JobPath);

        Assert.True(exitCode == 0, error);
        Assert.Contains($"run {NewestRun}  completedWithRejections", output, StringComparison.Ordinal);
        Assert.Contains("40 new, 31 changed, 3 removed; 919 unchanged", output, StringComparison.Ordinal);
        Assert.Matches(@"lines +1,004", output);
        Assert.Matches(@"accepted +70", output);
        Assert.Matches(@"1 +invalid external_id +for example user-\uFFFD\[31m7", output);
        Assert.Matches(@"changed +▁▆█ +20 +31 +\+11", output);
        Assert.Matches(@"Load +2\.00 s .* 4\.0 MB +1\.0 MB +2\.0 MB/s", output);
        Assert.Matches(@"Deliver +4\.00 s .* 17 users/s", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Report_BeginningOfAnId_IsEnough()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "report", root.JobPath, "20261121");

        Assert.Equal(0, exitCode);
        Assert.Contains($"run {MiddleRun}  failed", output, StringComparison.Ordinal);
        Assert.Contains("The guard maxRemovalRate stopped it.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_Json_IsTheDocumentAsItLiesThere()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "report", root.JobPath, "--json");

        Assert.Equal(0, exitCode);
        var written = await File.ReadAllTextAsync(Path.Combine(root.JobPath, "runs", NewestRun, "report.json"), TestContext.Current.CancellationToken);
        Assert.Equal(written, output.TrimEnd());
        await Schema.AssertFitsAsync("report", output);
    }

    [Fact]
    public async Task Report_DamagedReport_SaysSoAndExitsWith1()
    {
        using var root = TestRoot.Create(1);
        root.WriteJob($"runs/{NewestRun}/report.json", "[]");

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "report", root.JobPath);

        Assert.Equal(1, exitCode);
        Assert.Contains("report.json cannot be read", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, NewestRun)]
    [InlineData("20261120T02", OldestRun)]
    [InlineData(MiddleRun, MiddleRun)]
    public void Find_KnownRun_IsFound(string? given, string found) => Assert.Equal(found, RunFinder.Find([NewestRun, MiddleRun, OldestRun], given, "job"));

    [Theory]
    [InlineData("2026112", "begins the ids of 3 runs")]
    [InlineData("20261212T02", "Did you mean " + NewestRun)]
    [InlineData("yesterday", "The newest is " + NewestRun)]
    public void Find_UnknownRun_NamesTheNearestOrTheNewest(string given, string said)
    {
        var refused = Assert.Throws<ConnectorException>(() => RunFinder.Find([NewestRun, MiddleRun, OldestRun], given, "job"));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoRun_SaysHowToStartOne() =>
        Assert.Contains("run job", Assert.Throws<ConnectorException>(() => RunFinder.Find([], null, "job")).Message, StringComparison.Ordinal);
}
