using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Dry;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>Puts a plan together from the dry run's report and from what it would have sent.</summary>
internal static class PlanBuilder
{
    private static readonly string[] WholeShapes = ["arrayOfObjects", "itemIds"];

    public static PlanDocument Refused(PlanRequest request, IReadOnlyList<Problem> problems) =>
        Empty(request, PlanStatus.Refused, "The configuration or an input is wrong; a run would not begin.", problems);

    public static PlanDocument Failed(PlanRequest request, string reason, IReadOnlyList<Problem> problems) =>
        Empty(request, PlanStatus.Failed, reason, problems);

    public static PlanDocument Build(PlanRequest request, PlanCheck check, ReportDocument report, DryTally tally)
    {
        var deliveries = new Dictionary<string, PlannedDelivery>(StringComparer.Ordinal);
        foreach (var connector in check.Configuration!.Connectors)
        {
            if (report.Connectors.TryGetValue(connector.Name, out var reported))
            {
                deliveries.Add(connector.Name, Delivery(connector, reported, tally.Find(connector.Name)));
            }
        }

        return Empty(request, StatusOf(report, deliveries.Values), report.Failure, check.Problems) with
        {
            JobPath = report.JobPath,
            Input = report.Input,
            Lines = report.Lines,
            Mapping = report.Mapping,
            Catalog = report.Catalog,
            Connectors = deliveries,
            LastRun = check.LastRun is { } last ? Compare(last, report) : null,
        };
    }

    private static PlanDocument Empty(PlanRequest request, string status, string? reason, IReadOnlyList<Problem> problems) => new()
    {
        JobPath = request.Run.JobPath,
        Status = status,
        Reason = reason,
        Request = new(request.Run.FullResync, request.Run.Users, request.Run.Limit, request.Run.OverrideGuards),
        Problems = problems,
    };

    private static string StatusOf(ReportDocument report, IEnumerable<PlannedDelivery> deliveries) =>
        report.Failure is not null ? PlanStatus.Stops
        : deliveries.All(d => d.Users is { New: 0, Changed: 0, Removed: 0, Resent: 0 }) ? PlanStatus.NothingToDo
        : PlanStatus.Ready;

    private static PlannedDelivery Delivery(ConnectorConfiguration connector, ReportedConnector reported, DryDelivery? dry)
    {
        var isSent = connector.Delivery != DeliveryMode.None;
        var requests = dry?.Requests ?? 0;
        var collapsed = reported.CollapsedUsers;
        return new(
            connector.Type, NameOf(connector.Delivery), Users(connector, reported.Users, isSent), reported.Rejections, reported.Records,
            requests, dry?.Bytes ?? 0, Math.Round(Time(connector, requests).TotalSeconds, 3),
            connector.RequestsPerSecond, connector.RequestsPerHour, dry?.DataPoints, collapsed, collapsed > 0 ? WholeShapes : [],
            Attributes(dry), Samples(dry))
        {
            OnRemoved = connector.OnRemoved == OnRemoved.Clear ? "clear" : "keep",
        };
    }

    private static string NameOf(DeliveryMode delivery) => delivery switch
    {
        DeliveryMode.Direct => DeliveryModes.Direct,
        DeliveryMode.Queue => DeliveryModes.Queue,
        _ => DeliveryModes.None,
    };

    // A queue takes what comes; the destination's rate is the drain's business.
    private static TimeSpan Time(ConnectorConfiguration connector, long requests) =>
        connector.Delivery == DeliveryMode.Queue ? TimeSpan.Zero : PacedTime.Of(requests, connector.RequestsPerSecond, connector.RequestsPerHour);

    private static PlannedUsers Users(ConnectorConfiguration connector, UserCounts users, bool isSent)
    {
        var updates = isSent ? users.Accepted + users.Rejected : 0;
        var removed = connector.OnRemoved == OnRemoved.Clear ? users.Removed : 0;
        return new(
            users.Total, users.New, users.Changed, users.Unchanged, users.Removed,
            Resent: Math.Max(0, updates - users.New - users.Changed - removed),
            Sent: isSent ? users.Accepted : 0,
            users.Rejected);
    }

    private static ChangedAttributes? Attributes(DryDelivery? dry) =>
        dry is not { AttributeNames.Count: > 0, SentBefore.Count: > 0 } ? null : new(
            [.. dry.AttributeNames.Except(dry.SentBefore, StringComparer.Ordinal)],
            [.. dry.SentBefore.Except(dry.AttributeNames, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    private static PlannedSamples Samples(DryDelivery? dry)
    {
        return new(Of(DrySampleKind.New), Of(DrySampleKind.Changed), Of(DrySampleKind.Removed), Of(DrySampleKind.Resent));

        List<PlannedSample> Of(DrySampleKind kind) =>
            [.. (dry?.Samples ?? []).Where(s => s.Kind == kind).Select(s => new PlannedSample(s.UserId, s.Payload is null ? null : JsonNode.Parse(s.Payload)))];
    }

    private static LastRun Compare(ReportDocument last, ReportDocument report) => new(
        last.RunId, last.Status, last.StartedAt,
        SameBatchOutput: last.Input is null || report.Input is null ? null : last.Input.BatchOutput == report.Input.BatchOutput,
        SameConfiguration: last.Input is null || report.Input is null ? null : last.Input.Configuration == report.Input.Configuration,
        last.Input, last.Lines, last.Mapping, last.Catalog,
        last.Connectors.ToDictionary(c => c.Key, c => c.Value.Users, StringComparer.Ordinal));
}
