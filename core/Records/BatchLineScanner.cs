using System.Text.Unicode;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// Scans lines of batch output. The compact shapes that Personalize writes take a path of span searches; everything else, known keys in
/// another order, unknown keys, escapes, white space, errors, takes a checked one with a JSON reader. Both give the same.
/// </summary>
/// <param name="itemKeyed">Lines are keyed by <c>input.itemId</c>; otherwise by <c>input.userId</c>.</param>
public sealed class BatchLineScanner(bool itemKeyed) : IDisposable
{
    /// <summary>The text of an error line that has neither output nor error.</summary>
    public static ReadOnlySpan<byte> NoOutput => "The line has neither output nor error."u8;

    private readonly BatchLineFields _fields = new();
    private readonly CompactBatchLine _compact = new(itemKeyed);
    private readonly CheckedBatchLine _checked = new(itemKeyed);

    /// <param name="line">Without its end; not blank.</param>
    public BatchLine Scan(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        if (!Utf8.IsValid(line))
        {
            _fields.Kind = BatchLineKind.Malformed;
            _fields.Reason = "not valid UTF-8";
            return new(_fields, line);
        }

        if (_compact.TryParse(line, _fields))
        {
            return new(_fields, line);
        }

        _fields.Clear();
        return new(_fields, _checked.Parse(line, _fields));
    }

    /// <summary>The checked path alone, for comparison.</summary>
    internal BatchLine ScanChecked(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        return new(_fields, _checked.Parse(line, _fields));
    }

    /// <summary>True where the line takes the short path.</summary>
    internal bool IsCompact(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        return Utf8.IsValid(line) && _compact.TryParse(line, _fields);
    }

    public void Dispose() => _checked.Dispose();
}
