using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Write;

/// <summary>Renders records, a line each. What all records of a run share is rendered once.</summary>
internal sealed class RecordRenderer
{
    private readonly Catalog _catalog;
    private readonly bool _includeScores;
    private readonly byte[] _end;

    public RecordRenderer(OpenedRun run, ConnectorConfiguration connector, Catalog catalog)
    {
        _catalog = catalog;
        _includeScores = connector.IncludeScores;
        using var end = new ByteWriter(1024);
        WriteJobInfo(end, run.Plan);
        WriteDirectives(end, connector);
        end.WriteRaw("}\n"u8);
        _end = end.Written.ToArray();
    }

    /// <summary>A record of a user-keyed job.</summary>
    /// <param name="theme">JSON string with its quotes; empty for none.</param>
    public void Write(ByteWriter target, ReadOnlySpan<byte> userId, RecommendationBuffer list, ReadOnlySpan<byte> theme)
    {
        target.WriteRaw("{\"queryUserId\":"u8);
        JsonString.Write(target, userId);
        WriteRest(target, list, theme);
    }

    /// <summary>A record of an item-keyed job.</summary>
    public void Write(ByteWriter target, ReadOnlySpan<byte> queryItemId, ReadOnlySpan<byte> userId, RecommendationBuffer list, ReadOnlySpan<byte> theme)
    {
        target.WriteRaw("{\"queryItemId\":"u8);
        JsonString.Write(target, queryItemId);
        target.WriteRaw(",\"userId\":"u8);
        JsonString.Write(target, userId);
        WriteRest(target, list, theme);
    }

    private void WriteRest(ByteWriter target, RecommendationBuffer list, ReadOnlySpan<byte> theme)
    {
        _catalog.Prefetch(list);
        target.WriteRaw(",\"recommendations\":["u8);
        for (var i = 0; i < list.Count; i++)
        {
            target.WriteRaw(i == 0 ? "{"u8 : ",{"u8);
            target.WriteRaw(_catalog.Item(list.Item(i)).Fragment);
            if (_includeScores && !list.Score(i).IsEmpty)
            {
                target.WriteRaw(",\"score\":"u8);
                target.WriteRaw(list.Score(i));
            }

            target.WriteByte((byte)'}');
        }

        target.WriteRaw("],"u8);
        if (!theme.IsEmpty)
        {
            target.WriteRaw("\"theme\":"u8);
            target.WriteRaw(theme);
            target.WriteByte((byte)',');
        }

        target.WriteRaw(_end);
    }

    private static void WriteJobInfo(ByteWriter target, RunPlan plan)
    {
        target.WriteRaw("\"jobInfo\":{\"name\":"u8);
        WriteText(target, plan.JobName);
        target.WriteRaw(",\"runDateTime\":"u8);
        WriteText(target, plan.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        target.WriteByte((byte)'}');
    }

    private static void WriteDirectives(ByteWriter target, ConnectorConfiguration connector)
    {
        if (!connector.AttributePrefixIsSet && connector.OtherAttributes.Count == 0)
        {
            return;
        }

        target.WriteRaw(",\"syncDirectives\":{"u8);
        if (connector.AttributePrefixIsSet)
        {
            target.WriteRaw("\"attributePrefix\":"u8);
            WriteText(target, connector.AttributePrefix);
        }

        for (var i = 0; i < connector.OtherAttributes.Count; i++)
        {
            var (name, value) = connector.OtherAttributes[i];
            target.WriteRaw(i > 0 ? ","u8 : connector.AttributePrefixIsSet ? ",\"otherAttributes\":{"u8 : "\"otherAttributes\":{"u8);
            WriteText(target, name);
            target.WriteByte((byte)':');
            JsonString.WriteCompact(target, Encoding.UTF8.GetBytes(value));
        }

        target.WriteRaw(connector.OtherAttributes.Count > 0 ? "}}"u8 : "}"u8);
    }

    private static void WriteText(ByteWriter target, string text) => JsonString.Write(target, Encoding.UTF8.GetBytes(text));
}
