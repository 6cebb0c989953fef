using System.Globalization;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Deliver.Queue;

/// <summary>Writes a user update as one message: a record of the sample, with the user's combined recommendations.</summary>
internal sealed class MessageWriter
{
    private readonly ConnectorConfiguration _connector;
    private readonly Catalog _catalog;
    private readonly int _maxBytes;
    private readonly bool _clears;
    private readonly byte[] _start;
    private readonly byte[] _end;
    private readonly byte[] _clearEnd;
    private readonly string _tooLarge;
    private readonly bool[] _isNamed;
    private readonly HashSet<string> _names;

    /// <param name="maxBytes">Longest message that the queue takes.</param>
    public MessageWriter(DestinationContext context, int maxBytes)
    {
        var (plan, connector) = (context.Run.Plan, context.Connector);
        (_connector, _catalog, _maxBytes) = (connector, context.Catalog, maxBytes);
        _clears = context.SentAttributes.Count > 0;
        _start = plan.ItemKeyed ? "{\"userId\":"u8.ToArray() : "{\"queryUserId\":"u8.ToArray();
        _end = RecordEnd.Of(plan.JobName, plan.StartedAt, connector);
        _clearEnd = RecordEnd.Of(plan.JobName, plan.StartedAt, connector, RecordEnd.Clear);
        _tooLarge = string.Create(CultureInfo.InvariantCulture, $"The message is larger than the queue takes ({maxBytes} bytes).");
        _isNamed = new bool[_catalog.Count];
        _names = [.. ShapeAttributes.Names(connector, connector.ItemMetadataFields ?? []), .. connector.OtherAttributes.Select(other => other.Key)];
    }

    /// <param name="names">Gets the attributes that the update will set once it is sent on.</param>
    public RenderResult Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
    {
        if (update.Operation == UpdateOperation.Clear && !_clears)
        {
            return RenderResult.Nothing;
        }

        var start = target.Length;
        target.WriteRaw(_start);
        JsonString.Write(target, update.UserId);
        target.WriteRaw(",\"recommendations\":["u8);
        if (update.Operation == UpdateOperation.Clear)
        {
            target.WriteRaw("],"u8);
            target.WriteRaw(_clearEnd);
        }
        else
        {
            WriteRecommendations(update, target);
            target.WriteRaw("],"u8);
            target.WriteRaw(_end);
        }

        if (target.Length - start > _maxBytes)
        {
            return new RenderResult.Refused(_tooLarge);
        }

        if (update.Operation == UpdateOperation.Set)
        {
            names.UnionWith(_names);
        }

        return RenderResult.Ready;
    }

    private void WriteRecommendations(scoped in UserUpdate update, ByteWriter target)
    {
        for (var place = 0; place < update.Count; place++)
        {
            Name(update.ItemIndex(place));
            target.WriteRaw(place == 0 ? "{"u8 : ",{"u8);
            target.WriteRaw(update.Item(place).Fragment);
            if (_connector.IncludeScores && !update.Score(place).IsEmpty)
            {
                target.WriteRaw(",\"score\":"u8);
                target.WriteRaw(update.Score(place));
            }

            if (_connector.IncludeQueryItems && update.QueryItemId(place) is { IsEmpty: false } queryItem)
            {
                target.WriteRaw(",\"queryItemId\":"u8);
                JsonString.Write(target, queryItem);
            }

            target.WriteByte((byte)'}');
        }
    }

    // Without configured fields, those of the items that are sent make the attributes.
    private void Name(int item)
    {
        if (_isNamed[item] || _connector.ItemMetadataFields is not null || _connector.AttributeShape != AttributeShape.ParallelArrays)
        {
            return;
        }

        _isNamed[item] = true;
        var values = _catalog.Item(item);
        while (values.TryReadValue(out var field, out _))
        {
            _names.Add(_connector.AttributePrefix + _catalog.Fields[field]);
        }
    }
}
