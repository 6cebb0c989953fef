using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// Rows of one mapping file. A row whose quotes are wrong and that spans lines counts as its first line alone, and reading goes on with the
/// next one, so that a stray quote costs one row and not the rest of the file.
/// </summary>
public sealed class MappingRows : IDisposable
{
    /// <summary>Stands for bytes that are no UTF-8: a code point that is never a character.</summary>
    public const char NotUtf8 = '\uFFFF';

    public const string BadQuotes = "quotes that do not fit: a quote inside a field is doubled, and the field stands in quotes";

    // Characters of the longest field; further columns may well be longer than ids.
    private const int MaxField = 64 * 1024;

    // Characters that can be read again: a row with wrong quotes and what was read beyond it.
    private const int Kept = 1024 * 1024;

    private const int BufferSize = 16 * 1024;

    // A byte order mark is skipped; bytes that are no UTF-8 become marks, so that such ids can be refused.
    private static readonly Encoding Utf8 = MarkingUtf8();

    private readonly RewindReader _text;
    private readonly CsvConfiguration _configuration;
    private CsvParser _parser;
    private bool _isBad;
    private long _firstCharacter;
    private long _linesBefore;
    private MappingHeader? _header;

    /// <param name="content">The file's text, decompressed; closed with the rows.</param>
    public MappingRows(Stream content)
    {
        _text = new(content, Utf8, Kept);
        _configuration = new(CultureInfo.InvariantCulture)
        {
            HasHeaderRecord = false,
            BufferSize = BufferSize,
            MaxFieldSize = MaxField,
            BadDataFound = _ => _isBad = true,
        };
        _parser = NewParser();
    }

    /// <summary>Set where <see cref="Reason"/> is null.</summary>
    public string User { get; private set; } = "";

    /// <summary>Set where <see cref="Reason"/> is null.</summary>
    public string Item { get; private set; } = "";

    /// <summary>Why the row is malformed, or null.</summary>
    public string? Reason { get; private set; }

    /// <summary>Number of a malformed row's first line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the first row; the others can be read where it has no problem.</summary>
    public async Task<MappingHeader> ReadHeaderAsync() => _header =
        !await ReadRowAsync() ? MappingHeader.Broken("an empty file")
        : Reason is not null ? MappingHeader.Broken(Reason)
        : MappingHeader.Of(_parser.Record!);

    /// <summary>The next row, malformed or not; blank lines are none.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        if (!await ReadRowAsync())
        {
            return false;
        }

        if (Reason is null)
        {
            Reason = Take();
            Line = Reason is null ? 0 : FirstLine();
        }

        return true;
    }

    public void Dispose()
    {
        _parser.Dispose();
        _text.Dispose();
    }

    private async ValueTask<bool> ReadRowAsync()
    {
        while (true)
        {
            var (lines, characters) = (_parser.RawRow, _parser.CharCount);
            Reason = null;
            _isBad = false;
            try
            {
                if (!await _parser.ReadAsync())
                {
                    return false;
                }
            }
            catch (MaxFieldSizeException)
            {
                await KeepFirstLineAsync(lines, characters, $"a field of more than {MaxField} characters: look for a quote that is never closed");
                return true;
            }

            if (_parser.RawRow > lines + 1 && LineFeedsInside() > 0 && (EndsInsideQuotes() || HasBadField()))
            {
                await KeepFirstLineAsync(lines, characters, BadQuotes);
                return true;
            }

            if (_parser.Count > 1 || !string.IsNullOrWhiteSpace(_parser[0]) || !string.IsNullOrWhiteSpace(_parser.RawRecord))
            {
                return true;
            }
        }
    }

    // Fields are looked at only when they are asked for.
    private bool HasBadField()
    {
        for (var field = 0; field < _parser.Count && !_isBad; field++)
        {
            _ = _parser[field];
        }

        return _isBad;
    }

    private string? Take()
    {
        var (user, item) = (_header!.User, _header.Item);
        if (_parser.Count <= Math.Max(user, item))
        {
            return $"{_parser.Count} fields, fewer than the header has before {(user > item ? MappingHeader.UserColumn : MappingHeader.ItemColumn)} ends";
        }

        User = _parser[user];
        Item = _parser[item];
        return _isBad || IsCutOff() ? BadQuotes : Problem(User, MappingHeader.UserColumn) ?? Problem(Item, MappingHeader.ItemColumn);
    }

    // The parser lets a quote pass that is still open where the file ends, if the file ends in a quote.
    private bool IsCutOff() =>
        _text.IsAtEnd
        && _firstCharacter + _parser.CharCount >= _text.Position
        && _parser.Count - 1 == Math.Max(_header!.User, _header.Item)
        && EndsInsideQuotes();

    private bool EndsInsideQuotes() => _parser.RawRecord.AsSpan().Count('"') % 2 != 0;

    private static string? Problem(string id, string column) =>
        IdRule.Check(id) is { } problem ? $"{column}: {problem}"
        : id.Contains(NotUtf8, StringComparison.Ordinal) ? $"{column}: not valid UTF-8"
        : null;

    // The parser counts to the row's last line.
    private long FirstLine() => _linesBefore + _parser.RawRow - LineFeedsInside();

    private int LineFeedsInside() => _parser.RawRecord.AsSpan().Trim("\r\n").Count('\n');

    private async Task KeepFirstLineAsync(int lines, long characters, string reason)
    {
        _text.Rewind(_firstCharacter + characters);
        Line = _linesBefore + lines + await _text.SkipLineAsync();
        _linesBefore = Line;
        _firstCharacter = _text.Position;
        _parser.Dispose();
        _parser = NewParser();
        Reason = reason;
    }

    private CsvParser NewParser() => new(_text, _configuration, leaveOpen: true);

    private static Encoding MarkingUtf8()
    {
        var utf8 = (Encoding)Encoding.UTF8.Clone();
        utf8.DecoderFallback = new DecoderReplacementFallback(NotUtf8.ToString());
        return utf8;
    }
}
