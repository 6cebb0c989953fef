using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>One rendered item of a <see cref="Catalog"/>.</summary>
public ref struct CatalogItem
{
    private ByteReader _values;
    private int _left;

    internal CatalogItem(ReadOnlySpan<byte> bytes)
    {
        _values = new(bytes);
        Id = _values.ReadBytes();
        Fragment = _values.ReadBytes();
        ValueCount = _left = _values.ReadCount();
    }

    /// <summary>UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>Members of a JSON object: the item's chosen fields, then <c>itemId</c>; without braces.</summary>
    public ReadOnlySpan<byte> Fragment { get; }

    public int ValueCount { get; }

    /// <summary>The item's values in the order of the fragment; fields that it lacks, or has empty or null, do not come.</summary>
    /// <param name="json">The value as the metadata wrote it.</param>
    public bool TryReadValue(out int field, out ReadOnlySpan<byte> json)
    {
        if (_left == 0)
        {
            field = 0;
            json = default;
            return false;
        }

        _left--;
        field = _values.ReadCount();
        json = Fragment.Slice(_values.ReadCount(), _values.ReadCount());
        return true;
    }
}
