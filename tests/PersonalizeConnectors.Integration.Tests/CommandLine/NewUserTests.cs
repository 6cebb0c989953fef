using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>A new user's way to a service, by the README's own lines: dev, a run, the Web UI, a schedule that fires; and what they type after that.</summary>
public sealed partial class NewUserTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readme_OnATemporalService_IsDoneLineByLine()
    {
        DurableTemporal.RequireProgram();
        var (port, uiPort) = (FreePorts.Take(), FreePorts.Take());
        using var samples = new CopiedSamples();
        var job = Path.Combine(samples.Path, "etl_jobs/related_items/because_you_bought");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        var lines = Lines(samples.Path, job);
        Assert.Equal(["dev", "run", "schedule create", "schedule trigger"], lines.Select(line => string.Join(' ', line.TakeWhile(word => Word().IsMatch(word)))));
        var environment = ProgramEnvironment.Of(braze);

        // The README's ports may be taken here.
        await using var dev = ProgramProcess.StartCommandLine(
            [.. lines[0], "--port", port.ToString(CultureInfo.InvariantCulture), "--ui-port", uiPort.ToString(CultureInfo.InvariantCulture)], environment);
        await Waiting.ForAsync(() => dev.Output.Contains("Ctrl-C", StringComparison.Ordinal), $"dev; {dev.Output} {dev.Error}");
        Assert.Contains($"http://127.0.0.1:{uiPort}", dev.Output, StringComparison.Ordinal);
        environment["TEMPORAL_ADDRESS"] = $"127.0.0.1:{port}";

        await TypeAsync(lines[1]);
        var users = (long)braze.Profiles.Count;
        await InWebUiAsync(uiPort, $"WorkflowId=\"{JobId.Of(job)}\" AND ExecutionStatus=\"Completed\"");

        await TypeAsync(lines[2]);
        await TypeAsync(lines[3]);
        await InWebUiAsync(uiPort, $"WorkflowId STARTS_WITH \"schedule:{job}\" AND ExecutionStatus=\"Completed\"");
        Assert.Equal(276, users);
        Assert.Equal(users, braze.Profiles.Count);

        await TypeAsync(["schedule", "pause", job, "--note", "stocktaking"]);
        await Waiting.ForAsync(async () => (bool)JsonNode.Parse(await TypeAsync(["schedule", "list", "--json"]))!["schedules"]![0]!["paused"]!, "the list to know");
        await TypeAsync(["schedule", "resume", job]);
        Assert.Contains("Europe/Berlin", await TypeAsync(["schedule", "describe", job]), StringComparison.Ordinal);
        await TypeAsync(["schedule", "backfill", job, "--from", "2026-11-20", "--to", "2026-11-22"]);
        await InWebUiAsync(uiPort, $"WorkflowId STARTS_WITH \"schedule:{job}\" AND ExecutionStatus=\"Completed\"", atLeast: 2);
        await TypeAsync(["schedule", "delete", job]);
        Assert.Contains("completed", await TypeAsync(["status", job]), StringComparison.Ordinal);
        await TypeAsync(["watch", job]);
        Assert.True(JsonNode.Parse(await TypeAsync(["runs", job, "--json"]))!["runs"]!.AsArray().Count >= 3);
        Assert.Contains("unchanged", await TypeAsync(["report", job]), StringComparison.Ordinal);
        Assert.Contains("276", await TypeAsync(["state", "show", job]), StringComparison.Ordinal);

        await dev.SignalAsync("INT");
        Assert.True(await dev.ExitAsync() == 0, dev.Error);

        async Task<string> TypeAsync(IReadOnlyList<string> words)
        {
            var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, [.. words]);
            Assert.True(exitCode == 0, $"{string.Join(' ', words)}: {error} {dev.Error}");
            return output;
        }
    }

    // The block of the README's section, as a shell would take it apart.
    private static List<string[]> Lines(string root, string job)
    {
        var section = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("## On a Temporal service")[1];
        return
        [
            .. section.Split("```sh\n")[1].Split("```")[0].Split('\n')
                .Where(line => line.StartsWith("dotnet run --project starter -- ", StringComparison.Ordinal))
                .Select(line => Words().Matches(line["dotnet run --project starter -- ".Length..].Split(" #")[0])
                    .Select(word => word.Value.Trim('"').Replace("<root>", root, StringComparison.Ordinal).Replace("<job>", job, StringComparison.Ordinal)).ToArray()),
        ];
    }

    /// <summary>Asks as the list of workflows in the browser does.</summary>
    private static async Task InWebUiAsync(int uiPort, string query, int atLeast = 1)
    {
        using var http = new HttpClient();
        var address = new Uri($"http://127.0.0.1:{uiPort}/api/v1/namespaces/default/workflows?query={Uri.EscapeDataString(query)}");
        await Waiting.ForAsync(
            async () => JsonNode.Parse(await http.GetStringAsync(address, Token))!["executions"]?.AsArray().Count >= atLeast, $"the Web UI to show {query}");
    }

    [GeneratedRegex("^[a-z]+$")]
    private static partial Regex Word();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Words();
}
