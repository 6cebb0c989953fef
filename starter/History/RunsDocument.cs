using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.History;

/// <summary>The document of <c>runs --json</c>; <c>docs/runs.schema.json</c>.</summary>
/// <param name="Runs">Newest first; those whose report can be read.</param>
/// <param name="Unreadable">What lies in <c>runs/</c> and is no readable report of a run.</param>
/// <param name="Older">Runs beyond <c>--limit</c>.</param>
internal sealed record RunsDocument(string JobPath, IReadOnlyList<ListedRun> Runs, IReadOnlyList<UnreadableRun> Unreadable, int Older)
{
    public static RunsDocument Of(JobLocation job, RunList list, IReadOnlyList<PastRun> runs) => new(
        job.JobPath,
        [.. runs.Where(r => r.Report is not null).Select(r => ListedRun.Of(r.Report!))],
        [
            .. runs.Where(r => r.Report is null).Select(r => new UnreadableRun(r.RunId, r.Trouble!)),
            .. list.Foreign.Select(name => new UnreadableRun(name, $"{job.Store.Address}/{RunKeys.RunsOf(job.Prefix)}{name} has no name of a run.")),
        ],
        list.Runs.Count - runs.Count);
}

/// <param name="Connectors">By name.</param>
internal sealed record ListedRun(
    string RunId, DateTimeOffset StartedAt, string Status, double Seconds, string? Failure, IReadOnlyDictionary<string, UserCounts> Connectors)
{
    public static ListedRun Of(ReportDocument report) => new(
        report.RunId, report.StartedAt, report.Status, report.Seconds, report.Failure, report.Connectors.ToDictionary(c => c.Key, c => c.Value.Users));
}

internal sealed record UnreadableRun(string Name, string Problem);
