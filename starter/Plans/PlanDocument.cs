using System.Text.Json;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>What <c>plan --json</c> prints; <c>docs/plan.schema.json</c> describes every key.</summary>
internal sealed record PlanDocument
{
    public required string JobPath { get; init; }

    /// <summary>One of <see cref="PlanStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why the run would stop, or why there is no plan; null where neither.</summary>
    public string? Reason { get; init; }

    public required PlanOptions Request { get; init; }

    public ReportedInput? Input { get; init; }

    /// <summary>Null where there is no plan.</summary>
    public LineCounts? Lines { get; init; }

    public MappingCounts? Mapping { get; init; }

    public CatalogCounts? Catalog { get; init; }

    public IReadOnlyDictionary<string, PlannedDelivery> Connectors { get; init; } = new Dictionary<string, PlannedDelivery>();

    /// <summary>Null where the job has no earlier run.</summary>
    public LastRun? LastRun { get; init; }

    public IReadOnlyList<Problem> Problems { get; init; } = [];

    public string ToJson() => Document.Of(new JsonObject
    {
        ["jobPath"] = JobPath,
        ["status"] = Status,
        ["reason"] = Reason,
        ["options"] = Node(Request),
        ["input"] = Node(Input),
        ["lines"] = Node(Lines),
        ["mapping"] = Node(Mapping),
        ["catalog"] = Node(Catalog),
        ["connectors"] = Node(Connectors),
        ["lastRun"] = Node(LastRun),
        ["problems"] = JsonNode.Parse(ProblemDocument.Serialize(Problems))!["problems"]!.DeepClone(),
    });

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web);
}

internal static class PlanStatus
{
    /// <summary>A run would send or record something.</summary>
    public const string Ready = "ready";

    /// <summary>A run would find nothing that changed.</summary>
    public const string NothingToDo = "nothingToDo";

    /// <summary>A run would be stopped, by a guard or by what it finds.</summary>
    public const string Stops = "stops";

    /// <summary>The configuration or an input is wrong: a run would not begin.</summary>
    public const string Refused = "refused";

    /// <summary>The plan itself could not be made.</summary>
    public const string Failed = "failed";
}

internal sealed record PlanOptions(bool FullResync, IReadOnlyList<string>? Users, long? Limit, bool OverrideGuards);

/// <param name="Delivery"><c>direct</c>, <c>queue</c> or <c>none</c>.</param>
/// <param name="Records">Records that would be written under <c>output/</c>.</param>
/// <param name="Bytes">Of the requests' bodies.</param>
/// <param name="Seconds">At the allowed rate, where nothing else holds the delivery back.</param>
/// <param name="DataPoints">What the destination bills; null where it bills no such thing.</param>
/// <param name="CollapsedUsers">Users whose lists the destination would shorten, because values in them are equal.</param>
/// <param name="ShapesThatAvoidIt">Values of <c>attributeShape</c> that do not shorten lists.</param>
/// <param name="Attributes">Null where nothing would be sent, or no earlier run sent anything.</param>
internal sealed record PlannedDelivery(
    string Type, string Delivery, PlannedUsers Users, IReadOnlyList<Rejection> Rejections, long Records, long Requests, long Bytes, double Seconds,
    double RequestsPerSecond, long? RequestsPerHour, long? DataPoints, long CollapsedUsers, IReadOnlyList<string> ShapesThatAvoidIt,
    ChangedAttributes? Attributes, PlannedSamples Samples)
{
    /// <summary>What becomes of removed users: <c>keep</c> or <c>clear</c>.</summary>
    public required string OnRemoved { get; init; }
}

/// <param name="Total">With a list after the run.</param>
/// <param name="Resent">Unchanged, and sent all the same.</param>
/// <param name="Sent">In requests.</param>
/// <param name="Rejected">Not sent, because the destination would refuse or drop it.</param>
internal sealed record PlannedUsers(long Total, long New, long Changed, long Unchanged, long Removed, long Resent, long Sent, long Rejected);

/// <param name="Added">Set by this plan and by no earlier run.</param>
/// <param name="NotSet">Set by earlier runs, and by no payload of this plan; they stay as they are.</param>
internal sealed record ChangedAttributes(IReadOnlyList<string> Added, IReadOnlyList<string> NotSet);

internal sealed record PlannedSamples(
    IReadOnlyList<PlannedSample> New, IReadOnlyList<PlannedSample> Changed, IReadOnlyList<PlannedSample> Removed, IReadOnlyList<PlannedSample> Resent);

/// <param name="Payload">Null where nothing is sent for the user.</param>
internal sealed record PlannedSample(string UserId, JsonNode? Payload);

/// <param name="SameBatchOutput">Null where the last run's report does not say.</param>
/// <param name="SameConfiguration">Null where the last run's report does not say.</param>
/// <param name="Users">By connector.</param>
internal sealed record LastRun(
    string RunId, string Status, DateTimeOffset StartedAt, bool? SameBatchOutput, bool? SameConfiguration, ReportedInput? Input,
    LineCounts Lines, MappingCounts? Mapping, CatalogCounts? Catalog, IReadOnlyDictionary<string, UserCounts> Users);
