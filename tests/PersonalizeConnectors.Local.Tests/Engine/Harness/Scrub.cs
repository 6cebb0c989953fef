using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>A message of the protocol as one line that is the same in every run: no times, identities and generated values.</summary>
internal static class Scrub
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Fields that name a process, a moment or a build, or that only the server reads.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "eventId", "eventType", "taskId", "version", "links", "workerMayIgnore",
        "identity", "lastWorkerIdentity", "requestId", "workerVersion", "binaryChecksum", "sdkMetadata", "meteringMetadata", "historySizeBytes",
        "taskQueue", "namespace", "namespaceId", "parentWorkflowNamespace", "parentWorkflowNamespaceId", "stackTrace", "encodedAttributes",
        "prevAutoResetPoints", "priority", "useWorkflowBuildId", "useWorkflowBuildIdFromWorkflow", "inheritBuildId", "activityOptions", "sourceVersionStamp",
        "versioningInfo", "deployment", "workerDeploymentName", "deploymentVersion", "completionCallbacks", "buildIdRedirectCounter", "workerDeploymentVersion",
        "currentRetryInterval", "firstWorkflowTaskBackoff",
    };

    public static string Event(IMessage message) => Line(message, flat: true);

    public static string Message(IMessage message) => Line(message, flat: false);

    private static string Line(IMessage message, bool flat)
    {
        var node = Clean(JsonNode.Parse(JsonFormatter.Default.Format(message))!) as JsonObject ?? [];
        var attributes = flat ? node.FirstOrDefault(field => field.Key.EndsWith("EventAttributes", StringComparison.Ordinal)) : default;
        if (attributes.Value is JsonObject inner)
        {
            node.Remove(attributes.Key);
            foreach (var (key, value) in inner)
            {
                node[key] = value?.DeepClone();
            }
        }

        return node.Count == 0 ? "" : node.ToJsonString(Plain);
    }

    private static JsonNode? Clean(JsonNode? node) => node switch
    {
        JsonObject payload when payload.ContainsKey("metadata") && (payload.ContainsKey("data") || payload.Count == 1) => Payload(payload),
        JsonObject { Count: 1 } only when only["payloads"] is { } payloads => Clean(payloads),
        JsonObject { Count: 1 } only when only["name"] is { } name => Clean(name),
        JsonObject item => CleanObject(item),
        JsonArray list => new JsonArray([.. list.Select(Clean)]),
        null => null,
        _ => node.DeepClone(),
    };

    private static JsonObject? CleanObject(JsonObject item)
    {
        var isMarker = item.ContainsKey("markerName");
        var clean = new JsonObject();
        foreach (var (key, value) in item.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            if (Dropped.Contains(key) || key.EndsWith("Time", StringComparison.Ordinal))
            {
                continue;
            }

            // What a marker holds is between the worker and itself.
            var kept = isMarker && key == "details" ? Names((JsonObject)value!) : Clean(value);
            if (kept is not null && kept.ToJsonString() is not ("\"\"" or "\"0s\"" or "[]" or "{}"))
            {
                clean[key] = kept;
            }
        }

        return clean.Count == 0 ? null : clean;
    }

    private static JsonArray Names(JsonObject details) => new([.. details.Select(field => (JsonNode?)field.Key).OrderBy(name => (string?)name, StringComparer.Ordinal)]);

    private static JsonValue Payload(JsonObject payload) =>
        JsonValue.Create(payload["data"] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String((string)data!)) : "null");
}
