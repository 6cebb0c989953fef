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

    public static IReadOnlyList<SearchAttributeKey> All { get; } = [Job, JobType, Phase, Rejected];

    /// <summary>The memo carries the same facts under the same names, registered or not.</summary>
    public static MemoUpdate ToMemo<T>(this SearchAttributeKey<T> key, object value)
        where T : notnull => MemoUpdate.ValueSet(key.Name, value);
}
