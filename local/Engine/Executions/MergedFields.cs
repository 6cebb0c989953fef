using System.Text;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A memo or search attributes: an upsert overwrites a field, and removes it with a null or an empty list.</summary>
internal sealed class MergedFields
{
    private readonly MapField<string, Payload> _fields = [];

    public MergedFields(MapField<string, Payload>? initial) => Merge(initial);

    public IReadOnlyDictionary<string, Payload> Fields => _fields;

    public void Merge(MapField<string, Payload>? changes)
    {
        foreach (var (name, value) in changes ?? [])
        {
            if (IsRemoval(value))
            {
                _fields.Remove(name);
            }
            else
            {
                _fields[name] = value;
            }
        }
    }

    public Memo ToMemo() => new() { Fields = { _fields } };

    public SearchAttributes ToSearchAttributes() => new() { IndexedFields = { _fields } };

    private static bool IsRemoval(Payload value) =>
        (value.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() == "binary/null")
        || Encoding.UTF8.GetString(value.Data.Span).Trim() is "null" or "[]";
}
