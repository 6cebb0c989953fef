using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Reports as runs of a job would have left them.</summary>
internal static class WrittenReports
{
    public const string OldestRun = "20261120T020000Z-0a1b2c3d";
    public const string MiddleRun = "20261121T020000Z-1b2c3d4e";
    public const string NewestRun = "20261122T020000Z-2c3d4e5f";

    public static ReportDocument Of(string jobPath, string runId, UserCounts users, string status = RunStatus.Completed, string? failure = null) => new()
    {
        JobPath = jobPath,
        JobType = "user_personalization",
        RunId = runId,
        WorkflowId = "job:" + jobPath,
        Status = status,
        StartedAt = new DateTimeOffset(2026, 11, int.Parse(runId[6..8], System.Globalization.CultureInfo.InvariantCulture), 2, 0, 0, TimeSpan.Zero),
        Seconds = 12.34,
        Failure = failure,
        Lines = new(1004, 1000, 4, 0, 2, 1),
        Mapping = null,
        Catalog = new(50),
        Connectors = new Dictionary<string, ReportedConnector>
        {
            ["braze"] = new(
                jobPath + "/output/braze/year=2026/", 7, users, new(3, 1, 2), 5,
                users.Rejected == 0 ? [] : [new("invalid external_id", users.Rejected, "user-\u001b[31m7")]),
        },
        Steps = [new("Load", 2, 4_000_000, 1_000_000), new("Deliver", 4, 0, 0)],
        Samples = new Dictionary<string, IReadOnlyList<System.Text.Json.JsonElement>>(),
    };

    public static ReportDocument Write(TestRoot root, string runId, UserCounts users, string status = RunStatus.Completed, string? failure = null)
    {
        var report = Of(root.JobPath, runId, users, status, failure);
        root.WriteJob($"runs/{runId}/report.json", System.Text.Encoding.UTF8.GetString(report.ToJson()));
        return report;
    }

    /// <summary>Three runs; in the newest one a user was rejected.</summary>
    public static void WriteThree(TestRoot root)
    {
        Write(root, OldestRun, new(Total: 900, New: 900, Accepted: 900));
        Write(root, MiddleRun, new(Total: 950, New: 50, Changed: 20, Unchanged: 880, Accepted: 70), RunStatus.Failed, "The guard maxRemovalRate stopped it.");
        Write(root, NewestRun, new(Total: 990, New: 40, Changed: 31, Unchanged: 919, Removed: 3, Accepted: 70, Rejected: 1), RunStatus.CompletedWithRejections);
    }
}
