using System.Runtime.InteropServices;
using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Which fields the items have, and a hash of each value, so that equal values in a list can be seen without keeping the metadata. Memory holds
/// the items' ids and eight bytes an item; the hashes lie in scratch, 4 KB and eight bytes a configured field for an item at most.
/// </summary>
/// <param name="createFile">Asked for a scratch file once.</param>
/// <param name="configured">Fields that connectors name: known however many others there are.</param>
internal sealed class ItemFields(Func<FileStream> createFile, IReadOnlySet<string> configured) : IDisposable
{
    /// <summary>The hash of a field that an item lacks, or has empty or null.</summary>
    public const ulong Missing = 0;

    private const int FlushAt = 256 * 1024;

    // Where an item's count and values begin, plus 1; 0 for an item that is not there.
    private readonly List<long> _places = [];
    private readonly IdTable _fields = new();
    private readonly ByteWriter _pending = new(FlushAt + (64 * 1024));
    private FileStream? _file;
    private MappedFile? _values;
    private long _written;
    private int _others;

    /// <summary>The items' codes; ids of other items may be added.</summary>
    public IdTable Ids { get; } = new();

    public List<string> Fields { get; } = [];

    /// <summary>Items of the metadata.</summary>
    public int Count { get; private set; }

    /// <summary>A field beyond the most that may be, or null.</summary>
    public string? OneTooMany { get; private set; }

    /// <summary>The field's index, made for a new name; -1 where there are too many.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        var index = _fields.Find(name);
        if (index >= 0)
        {
            return index;
        }

        var text = Encoding.UTF8.GetString(name);
        if (!configured.Contains(text) && _others++ >= ShapeAttributes.MostFields)
        {
            OneTooMany ??= text;
            return -1;
        }

        Fields.Add(text);
        return _fields.GetOrAdd(name);
    }

    public int IndexOf(string name) => Fields.IndexOf(name);

    /// <summary>Adds an item, or replaces an earlier one with this id: then false.</summary>
    public bool Set(ReadOnlySpan<byte> id, ReadOnlySpan<ulong> values)
    {
        var item = Ids.GetOrAdd(id);
        while (_places.Count <= item)
        {
            _places.Add(0);
        }

        var isNew = _places[item] == 0;
        _places[item] = _written + _pending.Length + 1;
        _pending.WriteUInt64((ulong)values.Length);
        _pending.WriteRaw(MemoryMarshal.AsBytes(values));
        if (_pending.Length >= FlushAt)
        {
            Flush();
        }

        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Values can be read now.</summary>
    public void EndWriting()
    {
        Flush();
        _values = new(_file!);
    }

    /// <summary>True where the metadata has the item.</summary>
    public bool IsKnown(int item) => item < _places.Count && _places[item] != 0;

    public ulong ValueOf(int item, int field)
    {
        if (!IsKnown(item))
        {
            return Missing;
        }

        var start = _places[item] - 1;
        return field < (long)ReadAt(start) ? ReadAt(start + (sizeof(ulong) * (field + 1))) : Missing;
    }

    public void Dispose()
    {
        _values?.Dispose();
        _file?.Dispose();
        _pending.Dispose();
    }

    private ulong ReadAt(long offset) => MemoryMarshal.Read<ulong>(_values!.Slice(offset, sizeof(ulong)));

    private void Flush()
    {
        _file ??= createFile();
        _file.Write(_pending.Written);
        _written += _pending.Length;
        _pending.Clear();
    }
}
