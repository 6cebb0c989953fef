using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

/// <summary>The commands of <c>schedule</c>, on a real server.</summary>
public sealed class ScheduleCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_FromCreateToDelete_RunsTheJobAndSaysWhatItDid()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(20);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await using var worker = ProgramProcess.StartWorker(environment);
        var schedules = await ConnectAsync(temporal);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(
            environment, "schedule", "create", root.JobPath, "--cron", "0 3 * * *", "--cron", "30 12 * * sat", "--time-zone", "Europe/Berlin", "--jitter", "5m",
            "--note", "nightly", "--full-resync", "--json");
        var (again, _, refused) = await ProgramProcess.RunAsync(environment, "schedule", "create", root.JobPath, "--every", "6h");

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("schedule", output);
        var created = JsonNode.Parse(output)!;
        Assert.Equal("schedule:" + root.JobPath, (string?)created["scheduleId"]);
        Assert.Equal(TaskQueues.ForHost(Environment.MachineName), (string?)created["taskQueue"]);
        Assert.Equal(["0 3 * * *", "30 12 * * 6"], created["cron"]!.AsArray().Select(c => (string?)c));
        Assert.True((bool)created["options"]!["fullResync"]!);
        var next = TimeZoneInfo.ConvertTime((DateTimeOffset)created["nextRuns"]![0]!, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.Contains(next.Hour, new[] { 3, 12 });
        Assert.Equal(1, again);
        Assert.Contains("--replace", refused, StringComparison.Ordinal);

        var triggered = await schedules.TriggerAsync(root.JobPath, overlap: null, Token);
        await Schema.AssertFitsAsync("schedule-firings", Document.Of(triggered));
        await Waiting.ForAsync(() => braze.Profiles.Count == 20, "the triggered run");
        Assert.StartsWith("schedule:" + root.JobPath + "-2", Assert.Single(triggered.Started), StringComparison.Ordinal);
        await Waiting.ForAsync(async () => (await schedules.DescribeAsync(root.JobPath, Token)).Running.Count == 0, "the run to end");

        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-2);
        var backfilled = await schedules.BackfillAsync(root.JobPath, new(yesterday, yesterday.AddDays(1), "skip"), Token);
        Assert.InRange(backfilled.Firings, 1, 2);
        Assert.Single(backfilled.Started);
        await Assert.ThrowsAsync<ScheduleException>(() => schedules.BackfillAsync(root.JobPath, new(yesterday, yesterday, "skip"), Token));

        var paused = await schedules.PauseAsync(root.JobPath, "stocktaking", Token);
        Assert.Equal((true, "stocktaking", 0), (paused.Paused, paused.Note, paused.NextRuns.Count));
        var (replaced, shown, _) = await ProgramProcess.RunAsync(environment, "schedule", "create", root.JobPath, "--every", "6h", "--overlap", "buffer-one", "--replace");
        Assert.Equal(0, replaced);
        Assert.Contains("every 6h", shown, StringComparison.Ordinal);
        Assert.Contains("paused", shown, StringComparison.Ordinal);
        var lastFiring = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 21_600 * 21_600);
        Assert.Equal(1, (await schedules.BackfillAsync(root.JobPath, new(lastFiring, lastFiring, "buffer-one"), Token)).Firings);
        Assert.Equal("buffer-one", (await schedules.ResumeAsync(root.JobPath, "on", Token)).Overlap);
        var listed = await ListAsync(schedules);
        await Schema.AssertFitsAsync("schedules", Document.Of(listed));
        Assert.Equal(root.JobPath, Assert.Single(listed.Schedules).JobPath);
        Assert.Contains(root.JobPath, Terminal.Plain(ScheduleView.Of(listed, TimeZoneInfo.Local)), StringComparison.Ordinal);

        var (_, deleted, _) = await ProgramProcess.RunAsync(environment, "schedule", "delete", root.JobPath, "--json");
        await Schema.AssertFitsAsync("schedule-delete", deleted);
        var (gone, _, why) = await ProgramProcess.RunAsync(environment, "schedule", "describe", root.JobPath);
        Assert.Equal(1, gone);
        Assert.Contains("\"schedule create\" makes one", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cron_WhateverThisProgramAccepts_TheServiceDoesToo()
    {
        string[] expressions =
        [
            "0 3 * * *", "*/15 9-17 * * mon-fri", "0 0 1,15 jan,jul *", "5/10 * * * *", "0 12 * february SUNDAY", "59 23 31 12 7", "@yearly", "@annually", "@monthly",
            "@weekly", "@daily", "@midnight", "@hourly", "0 0 13 * 5",
        ];
        Assert.All(expressions, e => Assert.Null(CronExpression.FindProblem(e)));
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(1);
        var schedules = await ConnectAsync(temporal);

        var created = await schedules.CreateAsync(Request(root, expressions), Token);

        Assert.Equal(
            [
                "0 3 * * *", "*/15 9-17 * * 1-5", "0 0 1,15 1,7 *", "5-59/10 * * * *", "0 12 * 2 0", "59 23 31 12 0", "0 0 1 1 *", "0 0 1 1 *", "0 0 1 * *",
                "0 0 * * 0", "0 0 * * *", "0 0 * * *", "0 * * * *", "0 0 13 * 5",
            ],
            created.Cron);
    }

    [Theory]
    [InlineData("When shall it run?")]
    [InlineData("the minute is \"99\"", "--cron", "99 * * * *")]
    [InlineData("Did you mean Europe/Berlin?", "--cron", "@daily", "--time-zone", "Europe/Berln")]
    [InlineData("Did you mean buffer-one?", "--cron", "@daily", "--overlap", "buffer-on")]
    [InlineData("expected one such as 90s", "--every", "soon")]
    [InlineData("for one run that a person looks at", "--every", "6h", "--override-guards")]
    [InlineData("expected 10s or more", "--every", "6h", "--catch-up", "1s")]
    public async Task Create_Mistyped_ExitsWith2AndNamesIt(string said, params string[] options)
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), ["schedule", "create", "/jobs/etl_jobs/related_items/shop", .. options]);

        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("describe", "x")]
    public async Task WithoutAService_AnyCommand_ExitsWith2AndSaysWhy(params string[] command)
    {
        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), ["schedule", .. command, "--json"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("not durable and has no schedules", error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
    }

    private static ScheduleRequest Request(TestRoot root, IReadOnlyList<string> cron) => new(
        Starter.Runs.RunRequest.Follow(root.JobPath, json: false), cron, [], TimeZone: null, Jitter: null, OverlapWords.Default, TimeSpan.FromDays(1), Note: null, Replace: false);

    private static async Task<JobSchedules> ConnectAsync(DurableTemporal temporal) =>
        new(new ConfiguredService(await temporal.ConnectAsync(), new(temporal.Address)));

    // The service's list lags behind.
    private static async Task<SchedulesDocument> ListAsync(JobSchedules schedules)
    {
        SchedulesDocument? listed = null;
        await Waiting.ForAsync(async () => (listed = await schedules.ListAsync(Token)).Schedules.Count > 0, "the schedule to be listed");
        return listed!;
    }
}
