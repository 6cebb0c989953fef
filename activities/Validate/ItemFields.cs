using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Which fields the items have, and a hash of each value, so that equal values in a list can be seen without keeping the metadata.
/// Bounded by items and fields: the items' ids and eight bytes a value.
/// </summary>
internal sealed class ItemFields
{
    /// <summary>The hash of a field that an item lacks, or has empty or null.</summary>
    public const ulong Missing = 0;

    /// <summary>Personalize allows 100 columns; a key that differs from item to item is no field.</summary>
    private const int MostFields = 5_000;

    private readonly List<ulong[]?> _items = [];
    private readonly IdTable _fields = new();

    /// <summary>The items' codes; ids of other items may be added.</summary>
    public IdTable Ids { get; } = new();

    public List<string> Fields { get; } = [];

    /// <summary>Items of the metadata.</summary>
    public int Count { get; private set; }

    /// <summary>The field's index, made for a new name; -1 where there are too many.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        var index = _fields.Find(name);
        if (index >= 0 || Fields.Count == MostFields)
        {
            return index;
        }

        Fields.Add(Encoding.UTF8.GetString(name));
        return _fields.GetOrAdd(name);
    }

    public int IndexOf(string name) => Fields.IndexOf(name);

    /// <summary>Adds an item, or replaces an earlier one with this id: then false.</summary>
    public bool Set(ReadOnlySpan<byte> id, ReadOnlySpan<ulong> values)
    {
        var item = Ids.GetOrAdd(id);
        while (_items.Count <= item)
        {
            _items.Add(null);
        }

        var isNew = _items[item] is null;
        _items[item] = values.ToArray();
        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>True where the metadata has the item.</summary>
    public bool IsKnown(int item) => item < _items.Count && _items[item] is not null;

    public ulong ValueOf(int item, int field) =>
        item < _items.Count && _items[item] is { } values && field < values.Length ? values[field] : Missing;
}
