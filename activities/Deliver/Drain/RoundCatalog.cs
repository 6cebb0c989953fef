using System.Text;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>The items of some records as a catalog, so that messages are rendered by the same code as updates.</summary>
internal sealed class RoundCatalog : IDisposable
{
    private readonly IdTable _fields = new();
    private readonly Dictionary<Fingerprint, int> _places = [];
    private readonly List<int> _ends = [];
    private readonly ByteWriter _items = new(64 * 1024);
    private readonly ByteWriter _item = new();

    /// <summary>Place of the item in the catalog. Versions of one item that differ have a place each.</summary>
    public int Add(QueuedItem item)
    {
        _item.Clear();
        var values = new List<(int Field, int Start, int Length)>(item.Values.Count);
        foreach (var (name, json) in item.Values)
        {
            JsonString.Write(_item, Encoding.UTF8.GetBytes(name));
            _item.WriteByte((byte)':');
            values.Add((_fields.GetOrAdd(Encoding.UTF8.GetBytes(name)), _item.Length, json.Length));
            _item.WriteRaw(json);
            _item.WriteByte((byte)',');
        }

        var id = Encoding.UTF8.GetBytes(item.Id);
        _item.WriteRaw("\"itemId\":"u8);
        JsonString.Write(_item, id);
        var hash = Fingerprint.Of(_item.Written);
        if (_places.TryGetValue(hash, out var place))
        {
            return place;
        }

        _items.WriteBytes(id);
        _items.WriteBytes(_item.Written);
        _items.WriteVarint(values.Count);
        foreach (var (field, start, length) in values)
        {
            _items.WriteVarint(field);
            _items.WriteVarint(start);
            _items.WriteVarint(length);
        }

        _ends.Add(_items.Length);
        _places.Add(hash, _ends.Count - 1);
        return _ends.Count - 1;
    }

    public void Dispose()
    {
        _items.Dispose();
        _item.Dispose();
    }

    /// <summary>All that was added; valid until the file is disposed.</summary>
    public (Catalog Catalog, MappedFile File) Build()
    {
        using var bytes = new ByteWriter(_items.Length + (_ends.Count * Catalog.EntrySize) + 4096);
        var index = new SectionIndex();
        using var fields = new ByteWriter();
        for (var code = 0; code < _fields.Count; code++)
        {
            fields.WriteBytes(_fields[code]);
        }

        using var entries = new ByteWriter();
        for (var i = 0; i < _ends.Count; i++)
        {
            var start = i == 0 ? 0 : _ends[i - 1];
            entries.WriteUInt64(0);
            entries.WriteFingerprint(default);
            entries.WriteUInt64((ulong)start);
            entries.WriteUInt32((uint)(_ends[i] - start));
            entries.WriteUInt32(Catalog.KnownFlag);
        }

        Append(Catalog.FieldsSection, fields);
        Append(Catalog.EntriesSection, entries);
        Append(Catalog.ItemsSection, _items);
        index.Write(bytes);
        var file = new MappedFile(bytes.Written.ToArray());
        return (new(file), file);

        void Append(int section, ByteWriter content)
        {
            index.Add(section, bytes.Length, content.Written, 1);
            bytes.WriteRaw(content.Written);
        }
    }
}
