using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Renders items as <c>CatalogItem</c> reads them: the connector's fields, then <c>itemId</c>.</summary>
internal sealed class ItemRenderer : IDisposable
{
    private readonly string _connector;
    private readonly bool _takesAll;
    private readonly IdTable _reserved = new();
    private readonly IdTable _names = new();
    private readonly List<byte[]> _keys = [];
    private readonly List<Value> _values = [];
    private readonly ByteWriter _fragment = new(4096);

    public ItemRenderer(ConnectorConfiguration connector)
    {
        _connector = connector.Name;

        // What a recommendation says of itself wins over a field of the same name.
        _reserved.GetOrAdd("itemId"u8);
        if (connector.IncludeScores)
        {
            _reserved.GetOrAdd("score"u8);
        }

        if (connector.IncludeQueryItems)
        {
            _reserved.GetOrAdd("queryItemId"u8);
        }

        _takesAll = connector.ItemMetadataFields is null;
        if (_takesAll)
        {
            _reserved.GetOrAdd("id"u8);
        }

        foreach (var field in connector.ItemMetadataFields ?? [])
        {
            CodeOf(Encoding.UTF8.GetBytes(field.Trim()), mayAdd: true);
        }
    }

    /// <summary>Names by code.</summary>
    public IdTable Fields => _names;

    /// <summary>Appends an item of the metadata.</summary>
    /// <returns>Hash of its fragment.</returns>
    public Fingerprint Render(MetadataLine item, ReadOnlySpan<byte> line, ByteWriter target)
    {
        _values.Clear();
        foreach (var member in item.Members)
        {
            Take(item, member, line);
        }

        if (!_takesAll)
        {
            _values.Sort((a, b) => a.Field.CompareTo(b.Field));
        }

        return Write(item.Id, line, target);
    }

    /// <summary>Appends an item that is known by its id alone.</summary>
    public Fingerprint RenderId(ReadOnlySpan<byte> id, ByteWriter target)
    {
        _values.Clear();
        return Write(id, default, target);
    }

    public void Dispose() => _fragment.Dispose();

    private void Take(MetadataLine item, MetadataLine.Member member, ReadOnlySpan<byte> line)
    {
        var field = CodeOf(item.NameOf(member, line), _takesAll);
        if (field < 0)
        {
            return;
        }

        // Of a key that stands twice in an object the last value counts, as JSON readers have it.
        var value = new Value(field, member.Value, member.ValueLength);
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i].Field == field)
            {
                _values[i] = value;
                return;
            }
        }

        _values.Add(value);
    }

    private int CodeOf(ReadOnlySpan<byte> name, bool mayAdd)
    {
        var code = _names.Find(name);
        if (code >= 0 || !mayAdd || _reserved.Find(name) >= 0)
        {
            return code;
        }

        if (_takesAll && _names.Count == ShapeAttributes.MostFields)
        {
            throw TooManyFields(name);
        }

        using var key = new ByteWriter(name.Length + 16);
        JsonString.Write(key, name);
        key.WriteByte((byte)':');
        _keys.Add(key.Written.ToArray());
        return _names.GetOrAdd(name);
    }

    private Fingerprint Write(ReadOnlySpan<byte> id, ReadOnlySpan<byte> line, ByteWriter target)
    {
        _fragment.Clear();
        var kept = 0;
        for (var i = 0; i < _values.Count; i++)
        {
            var value = _values[i];
            if (IsMissing(line.Slice(value.Offset, value.Length)))
            {
                continue;
            }

            _fragment.WriteRaw(_keys[value.Field]);
            var start = _fragment.Length;
            _fragment.WriteRaw(line.Slice(value.Offset, value.Length));
            _fragment.WriteByte((byte)',');
            _values[kept++] = value with { Offset = start };
        }

        _values.RemoveRange(kept, _values.Count - kept);
        _fragment.WriteRaw("\"itemId\":"u8);
        JsonString.Write(_fragment, id);

        target.WriteBytes(id);
        target.WriteBytes(_fragment.Written);
        target.WriteVarint(_values.Count);
        foreach (var value in _values)
        {
            target.WriteVarint(value.Field);
            target.WriteVarint(value.Offset);
            target.WriteVarint(value.Length);
        }

        return Fingerprint.Of(_fragment.Written);
    }

    private ConnectorException TooManyFields(ReadOnlySpan<byte> name) => new(
        FailureTypes.InvalidConfiguration,
        $"Connector {_connector}: the items in input/item_metadata/ have more than {ShapeAttributes.MostFields} different fields, such as "
        + $"\"{Encoding.UTF8.GetString(name)}\"; a name that differs from item to item is no field. Name the fields to send in itemMetadataFields.",
        transient: false);

    private static bool IsMissing(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8) || value.SequenceEqual("\"\""u8);

    private readonly record struct Value(int Field, int Offset, int Length);
}
