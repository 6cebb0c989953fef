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
    private const int Attempts = 8;
    private const double SecondsToReachTheStep = 5;

    [Theory]
    [MemberData(nameof(KillSteps.OfTheJob), MemberType = typeof(KillSteps))]
    [MemberData(nameof(KillSteps.OfAConnector), MemberType = typeof(KillSteps))]
    public async Task Run_KilledInTheStepAndRunAgain_LeavesTheSameProfiles(string step, string before)
    {
        // On a busy machine the step, or the whole run, may be over before the store is frozen. Then the kill was beside it, and shows nothing.
        for (var attempt = 1; !await IsSurvivedAsync(step, before); attempt++)
        {
            Assert.True(attempt < Attempts, $"The step {step} was over before the store was frozen, {Attempts} times.");
        }
    }

    /// <returns>False where the kill missed the step.</returns>
    private static async Task<bool> IsSurvivedAsync(string step, string before)
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
            var handle = client.GetWorkflowHandle(JobId.Of(root.JobPath));
            await Waiting.ForAsync(() => first.HasExited || before.Length == 0 || WorkerKill.Exists(root.JobPath, before), $"{before}; {first.Error}");
            if (step == "Plan")
            {
                // The only step that leaves its object first and writes on.
                await Waiting.ForAsync(
                    async () => first.HasExited || !await IsPendingAsync(client, handle, "Recover"), $"the end of Recover; {first.Error}");
            }

            using (FrozenStore.Freeze(root.Path))
            {
                var isReached = await Waiting.TryForAsync(
                    async () => first.HasExited || await IsPendingAsync(client, handle, step), SecondsToReachTheStep);
                if (first.HasExited)
                {
                    Assert.True(await first.ExitAsync() == 0, first.Error);
                    return false;
                }

                await first.KillAsync();
                if (!isReached)
                {
                    return false;
                }
            }
        }

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        Assert.Equal(Users, (long)JsonNode.Parse(output)!["connectors"]!["braze"]!["users"]!["total"]!);
        Assert.Equal(Users, braze.Profiles.Count);
        WorkerKill.AssertProfiles(root, braze);
        Assert.InRange(WorkerKill.Repeats(braze), 0, step == "Deliver" ? WorkerKill.MostRepeats : 0);
        WorkerKill.AssertNothingLeft(root);
        return true;
    }

    // The engine is there before its first run is, and gone with its last.
    private static async Task<bool> IsPendingAsync(ITemporalClient client, WorkflowHandle handle, string step)
    {
        try
        {
            return await WorkerKill.IsPendingAsync(client, handle, step);
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound or RpcException.StatusCode.Unavailable)
        {
            return false;
        }
    }

    [GeneratedRegex(@"engine.* at (127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Address();
}
