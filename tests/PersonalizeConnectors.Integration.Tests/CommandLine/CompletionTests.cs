using System.Globalization;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Starter.Completion;
using static PersonalizeConnectors.Integration.Tests.Harness.WrittenReports;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("re", new[] { "report", "resume" })]
    [InlineData("state ", new[] { "reset", "show" })]
    [InlineData("completion ", new[] { "bash", "fish", "pwsh", "zsh" })]
    [InlineData("init x --type r", new[] { "related_items" })]
    [InlineData("run x --f", new[] { "--full-resync" })]
    public async Task Suggest_Line_NamesWhatMayStandThere(string line, string[] names) => Assert.Equal(names, await SuggestAsync(" " + line));

    [Fact]
    public async Task Suggest_Run_NamesTheJobsRuns()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        Assert.Equal([OldestRun, MiddleRun, NewestRun], await SuggestAsync($" report {root.JobPath} 2026"));
    }

    [Fact]
    public void Complete_FolderWithRoots_OffersWholeJobsAndFoldersOnTheWay()
    {
        using var root = TestRoot.Create(1);

        Assert.Equal(["batch/", "etl_jobs/", "etl_jobs/user_personalization/picks"], JobFolders.Complete("", root.Path));
        Assert.Equal(["etl_jobs/user_personalization/", "etl_jobs/user_personalization/picks"], JobFolders.Complete("etl_jobs/u", root.Path));
        Assert.Equal(["etl_jobs/user_personalization/picks"], JobFolders.Complete("etl_jobs/user_personalization/p", root.Path));
        Assert.Empty(JobFolders.Complete("nowhere/", root.Path));
    }

    [Fact]
    public async Task Script_Bash_CompletesThroughTheProgram()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Needs bash.");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("pc-completion-");
        try
        {
            var program = Path.Combine(folder.FullName, "personalize-connectors");
            await File.WriteAllTextAsync(
                program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "personalize-connectors.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var test = Path.Combine(folder.FullName, "test.bash");
            await File.WriteAllTextAsync(
                test,
                $"""
                PATH='{folder.FullName}':"$PATH"
                source <(personalize-connectors completion bash)
                COMP_LINE="personalize-connectors state s" COMP_POINT=30 COMP_WORDS=(personalize-connectors state s) COMP_CWORD=2
                _personalize_connectors
                echo "$COMPREPLY"
                """,
                TestContext.Current.CancellationToken);

            var (exitCode, output) = await Shell.RunAsync($"bash '{test}'");

            Assert.True(exitCode == 0, output);
            Assert.Equal("show", output.Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Completion_Json_FitsTheSchema(string shell)
    {
        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "completion", shell, "--json");

        Assert.Equal(0, exitCode);
        await Schema.AssertFitsAsync("completion", output);
    }

    private static async Task<string[]> SuggestAsync(string line)
    {
        var (exitCode, output, error) = await ProgramProcess.RunAsync(
            ProgramEnvironment.Of(null), string.Create(CultureInfo.InvariantCulture, $"[suggest:{line.Length}]"), line);
        Assert.True(exitCode == 0, error);
        return output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
