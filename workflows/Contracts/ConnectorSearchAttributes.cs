using Temporalio.Common;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>Search attributes of a run; set only where the service has them registered, since an unknown one hangs a workflow.</summary>
public static class ConnectorSearchAttributes
{
    public static readonly SearchAttributeKey<string> Job = SearchAttributeKey.CreateKeyword("ConnectorJob");
    public static readonly SearchAttributeKey<string> JobType = SearchAttributeKey.CreateKeyword("ConnectorJobType");
    public static readonly SearchAttributeKey<string> Phase = SearchAttributeKey.CreateKeyword("ConnectorPhase");
    public static readonly SearchAttributeKey<long> Rejected = SearchAttributeKey.CreateLong("ConnectorRejected");

    /// <summary>Names and types, as the service's operator API wants them.</summary>
    public static IReadOnlyList<(string Name, string Type)> All { get; } =
        [(Job.Name, "Keyword"), (JobType.Name, "Keyword"), (Phase.Name, "Keyword"), (Rejected.Name, "Int")];

    /// <summary>The memo carries the same facts under the same names, registered or not.</summary>
    public static MemoUpdate ToMemo<T>(this SearchAttributeKey<T> key, object value)
        where T : notnull => MemoUpdate.ValueSet(key.Name, value);
}
