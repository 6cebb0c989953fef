using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

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
        _end = [.. RecordEnd.Of(run.Plan.JobName, run.Plan.StartedAt, connector), (byte)'\n'];
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
}
