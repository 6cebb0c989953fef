using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.Updates;

/// <summary>
/// The fingerprint of a user update: whatever changes what the destination is told changes it, and nothing else does. Reuse it: no allocation
/// once it has grown.
/// </summary>
public sealed class UpdateFingerprint : IDisposable
{
    /// <summary>Version of the mapping from an update to payloads and of the bytes hashed here; raising it sends every user again.</summary>
    public const int Version = 1;

    private readonly bool _includeScores;
    private readonly bool _includeQueryItems;
    private readonly ByteWriter _bytes = new(4096);
    private readonly int _start;

    public UpdateFingerprint(ConnectorConfiguration connector)
    {
        (_includeScores, _includeQueryItems) = SentOf(connector);
        _bytes.WriteFingerprint(SettingsOf(connector));
        _start = _bytes.Length;
    }

    /// <param name="queryItems">Table indexes of the user's query items; empty for user-keyed jobs.</param>
    /// <param name="table">Null for user-keyed jobs.</param>
    public Fingerprint Of(RecommendationBuffer recommendations, Catalog catalog, List<int> queryItems, ItemTable? table)
    {
        _bytes.Truncate(_start);
        for (var i = 0; i < recommendations.Count; i++)
        {
            _bytes.WriteFingerprint(catalog.HashOf(recommendations.Item(i)));
            if (_includeScores)
            {
                _bytes.WriteBytes(recommendations.Score(i));
            }

            if (_includeQueryItems && table is not null)
            {
                _bytes.WriteBytes(table.Line(queryItems[recommendations.QueryItem(i)]).QueryId);
            }
        }

        return Fingerprint.Of(_bytes.Written);
    }

    public void Dispose() => _bytes.Dispose();

    // Limits, rates and addresses are not here: they either show in the list itself or change nothing that a user has.
    private static Fingerprint SettingsOf(ConnectorConfiguration connector)
    {
        using var bytes = new ByteWriter(1024);
        bytes.WriteVarint(Version);
        WriteText(bytes, connector.Type);
        WriteText(bytes, connector.AttributePrefix);
        bytes.WriteByte((byte)connector.AttributeShape);
        bytes.WriteVarint(connector.ItemMetadataFields is { } fields ? fields.Count + 1 : 0);
        foreach (var field in connector.ItemMetadataFields ?? [])
        {
            WriteText(bytes, field);
        }

        bytes.WriteVarint(connector.OtherAttributes.Count);
        foreach (var (name, value) in connector.OtherAttributes)
        {
            WriteText(bytes, name);
            WriteText(bytes, value);
        }

        var (scores, queryItems) = SentOf(connector);
        bytes.WriteByte((byte)((scores ? 1 : 0) | (queryItems ? 2 : 0) | (connector.UpdateExistingOnly ? 4 : 0)));
        bytes.WriteByte((byte)connector.Identifier);
        WriteText(bytes, connector.AliasLabel ?? "");
        return Fingerprint.Of(bytes.Written);
    }

    // A list of ids has no place for anything beside them.
    private static (bool Scores, bool QueryItems) SentOf(ConnectorConfiguration connector) =>
        connector.AttributeShape == AttributeShape.ItemIds ? (false, false) : (connector.IncludeScores, connector.IncludeQueryItems);

    private static void WriteText(ByteWriter target, string text) => target.WriteBytes(Encoding.UTF8.GetBytes(text));
}
