using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>The report as one page that needs nothing beside itself: no script, no image, no font.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--line:#d9dee5;--page:#fff;--track:#eef1f5;--in:#5b8def;--ok:#2e9e6b;--no:#d9534f;--maybe:#d99a2b}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa4b2;--line:#343b45;--page:#14171c;--track:#232932;--in:#6f9cf3;--ok:#43b581;--no:#ef6a66;--maybe:#e2ac4d}}
        body{margin:0 auto;padding:1.5rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
        h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
        p{margin:.25rem 0;overflow-wrap:anywhere}.soft{color:var(--soft)}
        .status{display:inline-block;padding:.1rem .6rem;border-radius:1rem;color:#fff;background:var(--ok)}.failed,.canceled{background:var(--no)}.completedWithRejections{background:var(--maybe)}
        .failure{border-left:4px solid var(--no);padding:.25rem .75rem}
        .row{display:flex;align-items:center;gap:.5rem;margin:.2rem 0}.label{flex:0 0 9rem}.track{flex:1;background:var(--track);border-radius:3px;min-width:3rem}
        .bar{display:block;height:1.1rem;border-radius:3px;background:var(--in)}.ok{background:var(--ok)}.no{background:var(--no)}.maybe{background:var(--maybe)}
        .value{flex:0 0 7rem;text-align:right;font-variant-numeric:tabular-nums}
        .wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
        th{color:var(--soft);font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        pre{margin:.2rem 0;padding:.4rem .6rem;background:var(--track);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
        @media(max-width:32rem){body{padding:1rem}.label{flex-basis:6rem}.value{flex-basis:5rem}}
        """;

    public static byte[] Render(ReportDocument report)
    {
        var page = new PageWriter();
        page.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
            .Element("title", $"{report.JobPath}: {report.RunId}")
            .Raw("<style>\n").Raw(Style).Raw("\n</style>\n</head>\n<body>\n");
        WriteHead(page, report);
        foreach (var (name, connector) in report.Connectors)
        {
            WriteConnector(page, name, connector, report.Lines);
        }

        WriteInputs(page, report);
        WriteSteps(page, report.Steps);
        WriteSamples(page, report);
        return page.Raw("</body>\n</html>\n").ToUtf8();
    }

    private static void WriteHead(PageWriter page, ReportDocument report)
    {
        page.Element("h1", report.JobPath)
            .Raw($"<p><span class=\"status {report.Status}\">").Raw(PageWriter.Escape(report.Status)).Raw("</span> ")
            .Element("span", $"{report.JobType}, run {report.RunId}").Raw("</p>\n")
            .Element("p", $"Started {report.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, took {PageWriter.Duration(report.Seconds)}. Workflow {report.WorkflowId}.", "soft");
        if (report.Failure is not null)
        {
            page.Element("p", report.Failure, "failure");
        }
    }

    private static void WriteConnector(PageWriter page, string name, ReportedConnector connector, LineCounts lines)
    {
        var users = connector.Users;
        var updates = users.Accepted + users.Rejected + users.Unknown;
        long[] funnel = [lines.Read, lines.Results, users.Total, updates, users.Accepted, users.Rejected, users.Unknown];
        var largest = funnel.Max();
        page.Element("h2", name)
            .Bar("Lines read", lines.Read, largest, "in")
            .Bar("Results", lines.Results, largest, "in")
            .Bar("Users with a list", users.Total, largest, "in")
            .Bar("Updates sent", updates, largest, "in")
            .Bar("Accepted", users.Accepted, largest, "ok")
            .Bar("Rejected", users.Rejected, largest, "no")
            .Bar("Unknown", users.Unknown, largest, "maybe")
            .Element("p", $"{PageWriter.Number(users.New)} new, {PageWriter.Number(users.Changed)} changed, {PageWriter.Number(users.Unchanged)} unchanged, {PageWriter.Number(users.Removed)} removed users; {PageWriter.Number(connector.Records)} records in {connector.OutputPath}", "soft")
            .Element("p", $"{PageWriter.Number(connector.Requests.Sent)} requests, {PageWriter.Number(connector.Requests.Retried)} repeated, {PageWriter.Number(connector.Requests.RateLimited)} held back by the destination's rate limit", "soft");
        if (connector.CollapsedUsers > 0)
        {
            page.Element("p", $"The destination shortens the lists of {PageWriter.Number(connector.CollapsedUsers)} accepted users, because it keeps equal values of an array once: their arrays no longer match one another. The attributeShape arrayOfObjects or itemIds avoids that.");
        }

        if (connector.Rejections.Count > 0)
        {
            page.Element("h3", "Rejections").Table(
                ["Reason", "Users", "For example"], [false, true, false],
                connector.Rejections.Select(r => (string[])[r.Reason, PageWriter.Number(r.Users), r.Example]));
        }
    }

    private static void WriteInputs(PageWriter page, ReportDocument report)
    {
        var lines = report.Lines;
        var rows = new List<string[]>
        {
            Row("Lines read", lines.Read), Row("… results", lines.Results), Row("… errors", lines.Errors), Row("… malformed", lines.Malformed),
            Row("Results replaced by a later line", lines.Duplicates), Row("Results without recommendations", lines.Empty),
        };
        if (report.Mapping is { } mapping)
        {
            rows.AddRange(
            [
                Row("Mapping rows", mapping.Rows), Row("… malformed", mapping.Malformed), Row("Users in the mapping", mapping.Users),
                Row("… without recommendations", mapping.UsersWithoutRecommendations), Row("Items without users", mapping.ItemsWithoutUsers),
            ]);
        }

        if (report.Catalog is { } catalog)
        {
            rows.AddRange(
            [
                Row("Items with metadata", catalog.Items), Row("… malformed", catalog.Malformed), Row("… replaced by a later one", catalog.Duplicates),
                Row("Recommended items without metadata", catalog.UnknownItems),
            ]);
        }

        page.Element("h2", "Inputs").Table(["What", "How many"], [false, true], rows);
    }

    private static void WriteSteps(PageWriter page, IReadOnlyList<StepOutcome> steps)
    {
        if (steps.Count > 0)
        {
            page.Element("h2", "Steps").Table(
                ["Step", "Duration", "MB in", "MB out", "MB/s in"], [false, true, true, true, true],
                steps.Select(s => (string[])
                [
                    s.Name, PageWriter.Duration(s.Seconds), PageWriter.Megabytes(s.BytesIn), PageWriter.Megabytes(s.BytesOut),
                    s.Seconds > 0 ? PageWriter.Megabytes(s.BytesIn / s.Seconds) : "",
                ]));
        }
    }

    private static void WriteSamples(PageWriter page, ReportDocument report)
    {
        foreach (var (step, samples) in report.Samples)
        {
            page.Element("h2", $"Left out or failed: {step}");
            foreach (var sample in samples)
            {
                page.Element("pre", sample.GetRawText());
            }
        }
    }

    private static string[] Row(string what, long count) => [what, PageWriter.Number(count)];
}
