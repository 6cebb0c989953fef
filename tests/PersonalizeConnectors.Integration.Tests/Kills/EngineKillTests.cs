using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>Engine, worker and command line are one process: killed in the middle of each step in turn, and run again.</summary>
public sealed partial class EngineKillTests
{
    private const int Users = 20_000;

    public static TheoryData<string, string> Steps => WorkerKillTests.Steps;

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Run_KilledInTheStepAndRunAgain_LeavesTheSameProfiles(string step, string before)
    {
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Latency = new() { Milliseconds = 20 } } }, TestContext.Current.CancellationToken);
        using var root = step is "Table" or "Join" ? TestRoot.CreateItemKeyed(Users, items: 200) : TestRoot.Create(Users, items: 200);
        if (step == "Recover")
        {
            root.Write("etl_jobs/user_personalization/picks/staging/20260101T000000Z-00000000/leftover", "of a run that was killed");
        }

        var environment = ProgramEnvironment.Of(braze);
        await using (var first = ProgramProcess.StartCommandLine(["run", root.JobPath], environment))
        {
            await Waiting.ForAsync(() => Address().IsMatch(first.Error), $"the engine; {first.Error}");
            var client = await TemporalClient.ConnectAsync(new(Address().Match(first.Error).Groups[1].Value) { DataConverter = ConnectorDataConverter.Instance });
            await Waiting.ForAsync(() => before.Length == 0 || WorkerKillTests.Exists(root.JobPath, before), $"{before}; {first.Error}");
            using (FrozenStore.Freeze(root.Path))
            {
                var handle = client.GetWorkflowHandle(JobId.Of(root.JobPath));
                await Waiting.ForAsync(() => IsPendingAsync(client, handle, step), $"the step {step}; {first.Error}");
                await first.KillAsync();
            }
        }

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        Assert.Equal(Users, (long)JsonNode.Parse(output)!["connectors"]!["braze"]!["users"]!["total"]!);
        Assert.Equal(Users, braze.Profiles.Count);
        Assert.InRange(WorkerKillTests.Repeats(braze), 0, step == "Deliver" ? WorkerKillTests.MostRepeats : 0);
        WorkerKillTests.AssertNothingLeft(root);
    }

    // The engine is there before its first run is.
    private static async Task<bool> IsPendingAsync(ITemporalClient client, WorkflowHandle handle, string step)
    {
        try
        {
            return await WorkerKillTests.IsPendingAsync(client, handle, step);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    [GeneratedRegex(@"engine.* at (127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Address();
}
