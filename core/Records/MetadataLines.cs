namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// A file of item metadata, line by line:
/// <code>
/// while (await lines.FillAsync(cancellationToken))
///     while (lines.TryRead(out var line, out var problem)) …
/// </code>
/// </summary>
public sealed class MetadataLines : IDisposable
{
    private readonly LineNumbers _numbers;
    private readonly LineReader _lines;
    private readonly int _maxLine;

    /// <param name="stream">Stands at the file's start, decompressed; stays the caller's.</param>
    /// <param name="maxLine">Bytes of the longest line that is read.</param>
    public MetadataLines(Stream stream, int maxLine = LineReader.DefaultMaxLine)
    {
        _numbers = new(stream);
        _lines = new(_numbers, maxLine: maxLine);
        _maxLine = maxLine;
    }

    /// <summary>The line taken apart; holds an item only where there was no problem.</summary>
    public MetadataLine Item { get; } = new();

    /// <summary>Number of the current line in the file, from 1, blank lines counted.</summary>
    public long Number => _numbers.At(_lines.LineOffset);

    /// <summary>Reads on.</summary>
    /// <returns>False when there is nothing more.</returns>
    public ValueTask<bool> FillAsync(CancellationToken cancellationToken) => _lines.FillAsync(cancellationToken);

    /// <summary>Goes to the next line that is not blank.</summary>
    /// <param name="line">What <see cref="Item"/> cuts.</param>
    /// <param name="problem">Why the line is no item, or null.</param>
    /// <returns>False when more must be filled in first.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line, out string? problem)
    {
        if (_lines.TryRead(out line))
        {
            problem = _lines.LineIsTooLong ? $"more than {_maxLine} bytes" : Item.Read(line);
            return true;
        }

        // Lets go of the line ends that were passed.
        _numbers.At(_lines.LineOffset);
        problem = null;
        return false;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _numbers.Dispose();
        Item.Dispose();
    }
}
