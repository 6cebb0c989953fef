using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Which fields the items have, and a hash of each value, so that equal values in a list can be seen without keeping the metadata.
/// Bounded by items and fields: eight bytes a value.
/// </summary>
internal sealed class ItemTable
{
    /// <summary>The hash of a field that an item lacks, or has empty or null.</summary>
    public const ulong Missing = 0;

    /// <summary>Personalize allows 100 columns; a key that differs from item to item is no field.</summary>
    private const int MostFields = 5_000;

    private readonly Dictionary<ulong, ulong[]> _items = [];
    private readonly Dictionary<ulong, int> _fields = [];

    public List<string> Fields { get; } = [];

    public int Count => _items.Count;

    /// <summary>The field's index, made for a new name; -1 where there are too many.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        var hash = IdHash.Of(name);
        if (_fields.TryGetValue(hash, out var index))
        {
            return index;
        }

        if (Fields.Count == MostFields)
        {
            return -1;
        }

        _fields.Add(hash, Fields.Count);
        Fields.Add(System.Text.Encoding.UTF8.GetString(name));
        return Fields.Count - 1;
    }

    public int IndexOf(string name) => Fields.IndexOf(name);

    /// <summary>Adds an item, or replaces an earlier one with this id: then false.</summary>
    public bool Set(ulong id, ReadOnlySpan<ulong> values)
    {
        var isNew = !_items.ContainsKey(id);
        _items[id] = values.ToArray();
        return isNew;
    }

    public bool Contains(ulong id) => _items.ContainsKey(id);

    public ulong ValueOf(ulong id, int field) =>
        _items.TryGetValue(id, out var values) && field < values.Length ? values[field] : Missing;
}
