using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Plans;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class PlanCommandTests : IAsyncLifetime
{
    private BrazeSimulator _braze = null!;

    public async ValueTask InitializeAsync()
    {
        _braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _braze.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Plan_AGuardWouldTrip_IsTheHeadlineAndExitCode1()
    {
        using var root = TestRoot.Create(100);
        await RunAsync(root);
        root.WriteBatch(10, 50, _ => 0);

        var (exitCode, plan) = await Job(root).PlanAsync();
        var (_, text, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "plan", root.JobPath);
        var (forced, overridden) = await Job(root).PlanAsync("--override-guards");

        Assert.Equal((1, "stops"), (exitCode, (string?)plan["status"]));
        Assert.Equal(90, (long)plan["connectors"]!["braze"]!["users"]!["removed"]!);
        Assert.StartsWith("Run would stop: 90 of 100 users would be removed", text, StringComparison.Ordinal);
        Assert.Equal((0, "ready"), (forced, (string?)overridden["status"]));
        Assert.Equal(90, (long)overridden["connectors"]!["braze"]!["users"]!["removed"]!);
    }

    [Fact]
    public async Task Plan_TooFewLines_StopsBeforeAnyConnector()
    {
        using var root = TestRoot.Create(10, rest: """ "guards": { "minLines": 1000 } """);

        var (exitCode, plan) = await Job(root).PlanAsync();

        Assert.Equal((1, "stops", 10), (exitCode, (string?)plan["status"], (long)plan["lines"]!["read"]!));
        Assert.Contains("minLines", (string?)plan["reason"], StringComparison.Ordinal);
        Assert.Empty(plan["connectors"]!.AsObject());
    }

    [Fact]
    public async Task Plan_TwoConnectors_PlansEachForItself()
    {
        using var root = TestRoot.Create(
            150, connectors: """{ "main": { "type": "braze", "attributeShape": "arrayOfObjects" }, "second": { "type": "braze", "attributeShape": "itemIds", "maxObjectsPerRequest": 50 } }""");

        var (exitCode, plan) = await Job(root).PlanAsync();

        var (main, second) = (plan["connectors"]!["main"]!, plan["connectors"]!["second"]!);
        Assert.Equal((0, 2, 3), (exitCode, (long)main["requests"]!, (long)second["requests"]!));

        // Five recommendations a user: one list of ids, or five objects of name, price and id.
        Assert.Equal((150 * 15, 150), ((long)main["dataPoints"]!, (long)second["dataPoints"]!));
        Assert.Equal(2, plan["problems"]!.AsArray().Count(p => (string?)p!["file"] == "settings"));
    }

    [Fact]
    public async Task Plan_WrongConfiguration_ExitsWith2AndListsEveryProblem()
    {
        using var root = TestRoot.Create(5, connectors: """{ "braze": { "atributeShape": "x", "requestsPerSecond": -1 } }""");

        var (exitCode, plan) = await Job(root).PlanAsync();
        var (_, text, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "plan", root.JobPath);

        Assert.Equal((2, "refused"), (exitCode, (string?)plan["status"]));
        Assert.Contains(plan["problems"]!.AsArray(), p => (string?)p!["path"] == "$.connectors.braze.atributeShape" && (string?)p["nearest"] == "attributeShape");
        Assert.Contains(plan["problems"]!.AsArray(), p => (string?)p!["path"] == "$.connectors.braze.requestsPerSecond");
        Assert.Contains("atributeShape", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_NoKey_WarnsThatARunNeedsOne()
    {
        using var root = TestRoot.Create(5);

        var (exitCode, plan) = await Job(root).PlanAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains(plan["problems"]!.AsArray(), p => (string?)p!["severity"] == "warning" && ((string?)p["found"])!.Contains("Connectors__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_UsersThatBrazeWouldRefuse_ExitsWith3AndSaysWhy()
    {
        using var root = TestRoot.Create(20);
        root.Write(
            "batch/picks/more.out",
            $$"""{"input":{"userId":" {{TestRoot.UserId(1)}}"},"output":{"recommendedItems":["item-1"]},"error":null}""" + "\n");

        var (exitCode, plan) = await Job(root).PlanAsync();

        Assert.Equal(3, exitCode);
        var rejection = Assert.Single(plan["connectors"]!["braze"]!["rejections"]!.AsArray())!;
        Assert.Equal((1, " " + TestRoot.UserId(1)), ((long)rejection["users"]!, (string?)rejection["example"]));
    }

    [Fact]
    public async Task Plan_Options_AreThoseOfARun()
    {
        using var root = TestRoot.Create(100);
        await RunAsync(root);
        root.WriteBatch(100, 50, user => user < 30 ? 1 : 0);
        var job = Job(root);

        var (_, limited) = await job.PlanAsync("--limit", "10", "--samples", "0");
        var (_, some) = await job.PlanAsync("--users", $"{TestRoot.UserId(3)},{TestRoot.UserId(70)}");
        var (_, all) = await job.PlanAsync("--full-resync");

        Assert.Equal(10, Users(limited, "changed"));
        Assert.Empty(limited["connectors"]!["braze"]!["samples"]!["changed"]!.AsArray());
        Assert.Equal((1, 1), (Users(some, "changed"), Users(some, "unchanged")));
        Assert.Equal((30, 70, 100), (Users(all, "changed"), Users(all, "resent"), Users(all, "sent")));
        Assert.Equal(3, all["connectors"]!["braze"]!["samples"]!["resent"]!.AsArray().Count);
        await job.RunAsPlannedAsync(all, "full resync", "--full-resync");
    }

    [Fact]
    public async Task Plan_ChangedJob_SaysWhatDiffersFromTheLastRun()
    {
        using var root = TestRoot.Create(50);
        await RunAsync(root);
        root.WriteConfig("""{ "braze": { "attributeShape": "itemIds" } }""");
        root.WriteBatch(60, 50, _ => 0);

        var (_, plan) = await Job(root).PlanAsync();

        var last = plan["lastRun"]!;
        Assert.Equal((true, false), ((bool)last["sameBatchOutput"]!, (bool)last["sameConfiguration"]!));
        Assert.Equal((60, 50), ((long)plan["lines"]!["read"]!, (long)last["lines"]!["read"]!));
        var attributes = plan["connectors"]!["braze"]!["attributes"]!;
        Assert.Equal("""["recommendation_itemIds"]""", attributes["added"]!.ToJsonString());
        Assert.Equal("""["recommendation_items"]""", attributes["notSet"]!.ToJsonString());
    }

    [Fact]
    public async Task Plan_DeliveryNone_SendsNothingAndCountsRecords()
    {
        using var root = TestRoot.Create(20, connectors: """{ "braze": { "delivery": "none" } }""");

        var (exitCode, plan) = await Job(root).PlanAsync();

        var connector = plan["connectors"]!["braze"]!;
        Assert.Equal((0, "none", 20, 0), (exitCode, (string?)connector["delivery"], (long)connector["records"]!, (long)connector["requests"]!));
    }

    [Fact]
    public async Task Plan_BesideARun_WaitsForNothingAndIsInNobodysWay()
    {
        using var root = TestRoot.Create(6000, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 5 } }""");
        await using var run = ProgramProcess.StartCommandLine(["run", root.JobPath, "--json"], ProgramEnvironment.Of(_braze));
        await Waiting.ForAsync(() => _braze.Statistics.Requests > 3, "the delivery");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "plan", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        var left = Users(JsonNode.Parse(output)!, "new");
        Assert.InRange(left, 1, 6000);
        Assert.True(_braze.Statistics.Requests < 80, "The run was over before the plan.");
        await run.SignalAsync("INT");
        Assert.Equal(1, await run.ExitAsync());
        Assert.Equal("canceled", (string?)JsonNode.Parse(run.Output)!["status"]);
    }

    [Fact]
    public async Task Plan_Interrupted_LeavesNothingBehind()
    {
        using var root = TestRoot.Create(30_000);
        var scratch = Directory.CreateTempSubdirectory("plan-scratch-");
        var environment = ProgramEnvironment.Of(null);
        environment["Worker__ScratchPath"] = scratch.FullName;
        var before = RootSnapshot.Of(root.Path);
        await using var plan = ProgramProcess.StartCommandLine(["plan", root.JobPath, "--json"], environment);
        await Waiting.ForAsync(() => plan.Error.Contains("Plan: 1 of 1", StringComparison.Ordinal), "the first steps");

        await plan.SignalAsync("INT");

        Assert.Equal(130, await plan.ExitAsync());
        Assert.Equal("failed", (string?)JsonNode.Parse(plan.Output)!["status"]);
        Assert.Equal(before, RootSnapshot.Of(root.Path));
        Assert.Empty(scratch.GetFileSystemInfos());
        scratch.Delete(recursive: true);
    }

    [Fact]
    public async Task Plan_RootThatCannotBeWritten_IsPlannedAllTheSame()
    {
        using var root = TestRoot.Create(20);
        SetRights(root.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var (exitCode, plan) = await Job(root).PlanAsync();

            Assert.Equal((0, 20), (exitCode, Users(plan, "new")));
        }
        finally
        {
            SetRights(root.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("--samples", "101")]
    [InlineData("--limit", "0")]
    public async Task Plan_WrongOption_ExitsWith2(string option, string value)
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "plan", "x", option, value);

        Assert.Equal(2, exitCode);
        Assert.Contains(option, error, StringComparison.Ordinal);
    }

    // Elsewhere, and for root, rights keep nobody out; that nothing changes is looked at all the same.
    private static void SetRights(string root, UnixFileMode rights)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Append(root).ToList())
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, rights);
            }
        }
    }

    private static long Users(JsonNode plan, string count) => (long)plan["connectors"]!["braze"]!["users"]![count]!;

    private PlannedJob Job(TestRoot root) => new(root.Path, root.JobPath, _braze);

    private async Task RunAsync(TestRoot root)
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(_braze), "run", root.JobPath);
        Assert.True(exitCode == 0, error);
    }
}
