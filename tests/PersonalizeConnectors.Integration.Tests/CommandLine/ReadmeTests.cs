using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>The README's own lines, run as they stand: what a new user copies has to work.</summary>
public sealed partial class ReadmeTests
{
    private const string CommandLine = "dotnet run --project starter -- ";
    private const int MostLines = 250;

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task Readme_Demo_PrintsWhatTheReadmeShows()
    {
        Assert.Single(Commands(), "demo");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(new Dictionary<string, string?>(), "demo");

        Assert.True(exitCode == 0, error);
        var printed = output.Split('\n').Select(Masked).ToHashSet();
        var shown = DemoOutput().Match(Readme).Groups[1].Value.Split('\n').Where(line => line is not "…").ToList();
        Assert.InRange(shown.Count, 20, printed.Count + 10);
        Assert.All(shown, line => Assert.Contains(Masked(line), printed));
        Directory.Delete(DemoFolder().Match(output).Value, recursive: true);
    }

    [Fact]
    public async Task Readme_YourOwnJob_IsValidatedPlannedAndRun()
    {
        using var root = new CopiedSamples();
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        Assert.All(["RestEndpointUrl", "ApiKey"], name => Assert.Contains("export Connectors__Braze__" + name, Readme, StringComparison.Ordinal));
        var job = Path.Combine(root.Path, "etl_jobs/related_items/because_you_bought");
        var commands = Commands().SkipWhile(c => c != "validate <job>").TakeWhile(c => c.EndsWith(" <job>", StringComparison.Ordinal)).ToList();
        Assert.Equal(["validate <job>", "plan <job>", "run <job>"], commands);

        foreach (var command in commands)
        {
            var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), command.Split(' ')[0], job);

            Assert.True(exitCode == 0, command + error);
        }

        Assert.NotNull(braze.Profiles.Find("lf-amy-10000"));
    }

    [Fact]
    public async Task Readme_EveryCommand_IsKnownWithItsOptions()
    {
        var commands = TableOfCommands().ToList();
        Assert.Contains("watch-events stop", commands);
        foreach (var command in commands)
        {
            var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), [.. command.Split(' '), "--help"]);

            Assert.True(exitCode == 0, command + error);
            Assert.Contains("Example", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Readme_LinesForTemporal_StartAJobAndMakeItsSchedule()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(20);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var worker = ProgramProcess.StartWorker(ProgramEnvironment.Of(braze, temporal.Address, root.Path));
        await TypeAsync(WorkflowStart().Match(Readme).Value);
        var client = await temporal.ConnectAsync();
        Assert.Equal(20, (await ResultAsync("by-hand")).Accepted);

        await TypeAsync(ScheduleCreate().Match(Readme).Value);
        await client.GetScheduleHandle("nightly").TriggerAsync();
        var schedules = new JobSchedules(new ConfiguredService(client, new(temporal.Address)));
        ScheduleDocument? schedule = null;
        await Waiting.ForAsync(
            async () => (schedule = (await schedules.ListAsync(TestContext.Current.CancellationToken)).Schedules.SingleOrDefault())?.Recent.Count > 0, "the schedule to fire");
        Assert.Equal(("nightly", root.JobPath, "0 3 * * *"), (schedule!.ScheduleId, schedule.JobPath, Assert.Single(schedule.Cron)));
        Assert.Equal(20, (await ResultAsync(Assert.Single(schedule.Recent).WorkflowId!)).Unchanged);

        await TypeAsync(ScheduleCreate().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "schedules.md"), TestContext.Current.CancellationToken)).Value);
        var same = await schedules.DescribeAsync(root.JobPath, TestContext.Current.CancellationToken);
        Assert.Equal(("skip", 86_400, "Europe/Berlin", "after the nightly batch"), (same.Overlap, same.CatchUpSeconds, same.TimeZone, same.Note));

        async Task TypeAsync(string line)
        {
            var typed = line.Replace("\\\n", " ", StringComparison.Ordinal).Replace("/data/etl_jobs/related_items/similar", root.JobPath, StringComparison.Ordinal);
            var (exitCode, output) = await Shell.RunAsync($"{typed} --address {temporal.Address}");
            Assert.True(exitCode == 0, output);
        }

        async Task<UserCounts> ResultAsync(string workflowId) => (await client.GetWorkflowHandle(workflowId).GetResultAsync<ConnectorJobResult>()
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Users;
    }

    [Fact]
    public void Readme_Length_IsWithinItsBudget() => Assert.InRange(Readme.Split('\n').Length, 1, MostLines);

    [Fact]
    public void Readme_Links_LeadSomewhere()
    {
        foreach (Match link in Link().Matches(Readme))
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), link.Value);
        }
    }

    private static IEnumerable<string> Commands() => Readme.Split('\n')
        .Where(line => line.StartsWith(CommandLine, StringComparison.Ordinal))
        .Select(line => line[CommandLine.Length..].Split('#')[0].Trim());

    // A row names its commands one after the other: `schedule create`, `list`, … are all of `schedule`.
    private static IEnumerable<string> TableOfCommands()
    {
        foreach (var row in Readme.Split("| command | does |")[1].Split("\n\n")[0].Split('\n').Skip(2))
        {
            var names = Backticked().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value).ToList();
            var group = names[0].LastIndexOf(' ') is > 0 and var end ? names[0][..(end + 1)] : "";
            foreach (var name in names)
            {
                yield return name.Contains(' ', StringComparison.Ordinal) ? name : group + name;
            }
        }
    }

    // What differs from run to run: times, ids, the folder; and the spaces at the end of a line, which a README does not keep.
    private static string Masked(string line) =>
        line.StartsWith("seconds ", StringComparison.Ordinal) ? "seconds" : Varying().Replace(line.TrimEnd(), "#");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"demo\n```(?:.*\n)*?```text\n((?:.*\n)*?.*)\n```")]
    private static partial Regex DemoOutput();

    [GeneratedRegex(@"(?<=^Below )\S+", RegexOptions.Multiline)]
    private static partial Regex DemoFolder();

    [GeneratedRegex(@"(?<=^Below )\S+|year=[0-9]+/month=[0-9]+/day=[0-9]+/time=[0-9]+|[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")]
    private static partial Regex Varying();

    [GeneratedRegex(@"temporal schedule create (?:.*\\\n)*.*")]
    private static partial Regex ScheduleCreate();

    [GeneratedRegex(@"temporal workflow start (?:.*\\\n)*.*")]
    private static partial Regex WorkflowStart();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
