using System.Diagnostics;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

/// <summary>A job is started with Temporal's own program and nothing of ours.</summary>
public abstract class TemporalProgramTests(ITemporalServer server)
{
    [Fact]
    public async Task WorkflowStart_JobPathAlone_RunsTheJob()
    {
        Assert.SkipWhen(
            TemporalServerFixture.ProgramPath is null && Environment.GetEnvironmentVariable("CI") is not "true",
            "The temporal program is not on PATH.");
        var host = new WorkflowHost(server);
        var workflowId = $"by-hand-{Guid.NewGuid():N}";

        await host.RunAsync(async () =>
        {
            await RunProgramAsync(
                "workflow", "start", "--address", host.Client.Connection.Options.TargetHost!, "--type", "ConnectorJob", "--task-queue", host.Queue,
                "--workflow-id", workflowId, "--input", $$"""{"jobPath":"{{host.JobPath}}"}""");

            var result = await host.Client.GetWorkflowHandle(workflowId).GetResultAsync<ConnectorJobResult>();
            Assert.Equal(RunStatus.Completed, result.Status);
            Assert.Equal(host.JobId, host.Steps.Report!.WorkflowId);
        });
    }

    private static async Task RunProgramAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(TemporalServerFixture.ProgramPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync();
        var error = program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.True(program.ExitCode == 0, await output + await error);
    }
}

public sealed class TemporalProgramTestsOnEngine(EngineFixture engine) : TemporalProgramTests(engine);

public sealed class TemporalProgramTestsOnServer(TemporalServerFixture server) : TemporalProgramTests(server);
