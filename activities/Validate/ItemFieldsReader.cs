using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Takes items of the metadata into the table. What it saw of long texts stays in <see cref="LongTexts"/>.</summary>
internal sealed class ItemFieldsReader(ItemFields table, int maxTextLength)
{
    private readonly Dictionary<int, int> _lengths = [];
    private ulong[] _values = new ulong[16];
    private int _used;

    /// <summary>By field: how many items have a text beyond the limit.</summary>
    public Dictionary<int, long> LongTexts { get; } = [];

    public long Duplicates { get; private set; }

    public void Add(MetadataLine item, ReadOnlySpan<byte> line)
    {
        _values.AsSpan(0, _used).Clear();
        _used = 0;
        _lengths.Clear();
        foreach (var member in item.Members)
        {
            var name = item.NameOf(member, line);
            if (!name.SequenceEqual("id"u8))
            {
                Take(table.IndexOf(name), item, line.Slice(member.Value, member.ValueLength));
            }
        }

        foreach (var (field, length) in _lengths)
        {
            if (length > maxTextLength)
            {
                LongTexts[field] = LongTexts.GetValueOrDefault(field) + 1;
            }
        }

        Duplicates += table.Set(item.Id, _values.AsSpan(0, _used)) ? 0 : 1;
    }

    // Of a key that stands twice in an object the last value counts.
    private void Take(int field, MetadataLine item, ReadOnlySpan<byte> value)
    {
        if (field < 0)
        {
            return;
        }

        if (field >= _values.Length)
        {
            Array.Resize(ref _values, Math.Max(field + 1, _values.Length * 2));
        }

        _values[field] = HashOf(item, value, out var length);
        _lengths[field] = length;
        _used = Math.Max(_used, field + 1);
    }

    /// <param name="length">Characters of a text; of what is sent as a text, too.</param>
    private static ulong HashOf(MetadataLine item, ReadOnlySpan<byte> value, out int length)
    {
        length = 0;
        ulong hash;
        switch (value[0])
        {
            case (byte)'n':
                return ItemFields.Missing;
            case (byte)'"':
                var text = item.TextOf(value);
                if (text.IsEmpty)
                {
                    return ItemFields.Missing;
                }

                hash = IdHash.Of(text);
                length = Encoding.UTF8.GetCharCount(text);
                break;
            case (byte)'{' or (byte)'[':
                hash = IdHash.Of(value);
                length = Encoding.UTF8.GetCharCount(value);
                break;
            default:
                // A number is never equal to a text that looks like it.
                hash = ~IdHash.Of(value);
                break;
        }

        return hash == ItemFields.Missing ? 1 : hash;
    }
}
