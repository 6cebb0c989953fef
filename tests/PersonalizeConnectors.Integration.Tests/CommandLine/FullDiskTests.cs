using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class FullDiskTests
{
    [Fact]
    public async Task Run_DiskIsFull_NamesPathAndCureAndGoesOnOnceThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 2);
        using var samples = new CopiedSamples(Directory.CreateDirectory(Path.Combine(disk.Path, "root")));
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        disk.Fill(left: 12 * 1024);

        await using var run = ProgramProcess.StartCommandLine(["run", samples.RelatedItems], ProgramEnvironment.Of(braze));
        await Waiting.ForAsync(() => run.Error.Contains("attempt 3", StringComparison.Ordinal), "attempts at a full disk");

        var sentence = run.Error.Split('\n').First(line => line.Contains("attempt 3", StringComparison.Ordinal));
        Assert.Contains($"Cannot write {samples.RelatedItems}", sentence, StringComparison.Ordinal);
        Assert.EndsWith("the disk is full. Free some space; the run goes on where it stopped.", sentence.Trim(), StringComparison.Ordinal);
        Assert.Equal(0, braze.Statistics.Requests);
        Assert.False(Directory.Exists(Path.Combine(samples.RelatedItems, "output")));

        disk.MakeRoom();
        Assert.True(await run.ExitAsync() == 0, run.Error);
        Assert.NotEmpty(braze.Profiles.All());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(samples.RelatedItems, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }),
            file => Path.GetFileName(file).StartsWith(".unfinished", StringComparison.Ordinal) || file.Contains("/staging/", StringComparison.Ordinal));
    }
}
