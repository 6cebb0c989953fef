using System.Text.Json.Nodes;
using NJsonSchema;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.Plans;

/// <summary>The commands <c>plan</c> and <c>run</c> on a job, as processes of their own; every plan is held against its schema and must leave the root as it was.</summary>
internal sealed class PlannedJob(string root, string jobPath, BrazeSimulator braze)
{
    public async Task<(int ExitCode, JsonNode Plan)> PlanAsync(params string[] options)
    {
        var scratch = Directory.CreateTempSubdirectory("plan-scratch-");
        try
        {
            var environment = ProgramEnvironment.Of(null);
            environment["Worker__ScratchPath"] = scratch.FullName;
            environment["Connectors__Braze__RestEndpointUrl"] = null;
            environment["Connectors__Braze__ApiKey"] = null;
            var before = RootSnapshot.Of(root);
            var requests = braze.Statistics.Requests;

            var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, ["plan", jobPath, "--json", .. options]);

            Assert.Equal(before, RootSnapshot.Of(root));
            Assert.Equal(requests, braze.Statistics.Requests);
            Assert.Empty(scratch.GetFileSystemInfos());
            var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "plan.schema.json"), TestContext.Current.CancellationToken);
            Assert.True(output.Length > 0, error);
            Assert.Empty(schema.Validate(output));
            return (exitCode, JsonNode.Parse(output)!);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Runs, and holds what the run and the simulator counted against the plan.</summary>
    public async Task<JsonNode> RunAsPlannedAsync(JsonNode plan, string where, params string[] options)
    {
        var before = braze.Statistics;
        var (_, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), ["run", jobPath, "--json", .. options]);
        var report = JsonNode.Parse(output)!;
        var after = braze.Statistics;
        Assert.True(plan["connectors"]?["braze"] is not null && report["connectors"]?["braze"] is not null, $"{where}: planned {plan}\nran {report}\n{error}");
        var planned = plan["connectors"]!["braze"]!;
        var users = planned["users"]!;
        var ran = report["connectors"]!["braze"]!;
        string[] same = ["total", "new", "changed", "unchanged", "removed", "rejected"];
        Assert.True(
            same.All(count => (long)users[count]! == (long)ran["users"]![count]!) && (long)users["sent"]! == (long)ran["users"]!["accepted"]!,
            $"{where}: planned {users.ToJsonString()}, ran {ran["users"]!.ToJsonString()} {error}");
        Assert.True(JsonNode.DeepEquals(planned["rejections"], ran["rejections"]), $"{where}: {planned["rejections"]}\n{ran["rejections"]}");
        foreach (var counts in new[] { "input", "lines", "mapping", "catalog" })
        {
            Assert.True(JsonNode.DeepEquals(plan[counts], report[counts]), $"{where}: {counts} {plan[counts]} {report[counts]}");
        }

        Assert.Equal(
            (where, (long)planned["requests"]!, (long)planned["bytes"]!, (long)planned["records"]!, (long)planned["collapsedUsers"]!),
            (where, after.Requests - before.Requests, after.BodyBytes - before.BodyBytes, (long)ran["records"]!, (long)ran["collapsedUsers"]!));
        return report;
    }
}
