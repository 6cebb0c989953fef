using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Visibility;

/// <summary>The search attributes there are: Temporal's own and the registered ones.</summary>
internal sealed class SearchAttributeRegistry(string namespaceName)
{
    private static readonly Dictionary<string, IndexedValueType> OwnOfTemporal = new()
    {
        ["WorkflowId"] = IndexedValueType.Keyword,
        ["RunId"] = IndexedValueType.Keyword,
        ["WorkflowType"] = IndexedValueType.Keyword,
        ["ExecutionStatus"] = IndexedValueType.Keyword,
        ["TaskQueue"] = IndexedValueType.Keyword,
        ["ParentWorkflowId"] = IndexedValueType.Keyword,
        ["ParentRunId"] = IndexedValueType.Keyword,
        ["RootWorkflowId"] = IndexedValueType.Keyword,
        ["RootRunId"] = IndexedValueType.Keyword,
        ["StartTime"] = IndexedValueType.Datetime,
        ["ExecutionTime"] = IndexedValueType.Datetime,
        ["CloseTime"] = IndexedValueType.Datetime,
        ["HistoryLength"] = IndexedValueType.Int,
        ["HistorySizeBytes"] = IndexedValueType.Int,
        ["ExecutionDuration"] = IndexedValueType.Int,
    };

    // A workflow may set these; an SDK does for patches and versions.
    private static readonly Dictionary<string, IndexedValueType> Predefined = new()
    {
        ["TemporalChangeVersion"] = IndexedValueType.KeywordList,
        ["BinaryChecksums"] = IndexedValueType.KeywordList,
        ["BuildIds"] = IndexedValueType.KeywordList,
        ["BatcherNamespace"] = IndexedValueType.Keyword,
        ["BatcherUser"] = IndexedValueType.Keyword,
        ["TemporalReportedProblems"] = IndexedValueType.KeywordList,
    };

    private readonly Dictionary<string, IndexedValueType> _custom = [];

    public IReadOnlyDictionary<string, IndexedValueType> Custom => _custom;

    public IReadOnlyDictionary<string, IndexedValueType> System { get; } =
        OwnOfTemporal.Concat(Predefined).ToDictionary();

    public void Add(string name, IndexedValueType type) => _custom[name] = type;

    public void Remove(string name) => _custom.Remove(name);

    public IndexedValueType? TypeOf(string name) =>
        _custom.TryGetValue(name, out var type) || System.TryGetValue(name, out type) ? type : null;

    /// <summary>Why these cannot be set, or null.</summary>
    public string? Fault(SearchAttributes? attributes)
    {
        foreach (var name in attributes?.IndexedFields.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            if (OwnOfTemporal.ContainsKey(name))
            {
                return $"{name} attribute can't be set in SearchAttributes";
            }

            if (TypeOf(name) is null)
            {
                return $"Namespace {namespaceName} has no mapping defined for search attribute {name}";
            }
        }

        return null;
    }

    /// <summary>Readers need each value's type beside it; not every writer sends it.</summary>
    public void AddTypes(SearchAttributes? attributes)
    {
        foreach (var (name, value) in attributes?.IndexedFields.ToList() ?? [])
        {
            if (!value.Metadata.ContainsKey("type") && TypeOf(name) is { } type)
            {
                value.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
            }
        }
    }
}
