namespace PersonalizeConnectors.Core.Records;

/// <summary>The first row of a mapping file: which fields hold the ids, or what is wrong with it.</summary>
public sealed class MappingHeader
{
    public const string UserColumn = "USER_ID";
    public const string ItemColumn = "ITEM_ID";

    /// <summary>What a person is told to put there.</summary>
    public const string Expected = $"a header with the columns {UserColumn} and {ItemColumn}, separated by commas";

    private const int Shown = 80;

    private readonly List<MappingHeaderProblem> _problems = [];

    private MappingHeader(int user, int item) => (User, Item) = (user, item);

    /// <summary>Place of the user's id; -1 where there is none.</summary>
    public int User { get; }

    /// <summary>Place of the item's id; -1 where there is none.</summary>
    public int Item { get; }

    /// <summary>Empty for a header that can be used.</summary>
    public IReadOnlyList<MappingHeaderProblem> Problems => _problems;

    /// <summary>No header at all.</summary>
    internal static MappingHeader Broken(string found, string expected = Expected)
    {
        var header = new MappingHeader(-1, -1);
        header._problems.Add(new(found, expected));
        return header;
    }

    internal static MappingHeader Of(IReadOnlyList<string> fields)
    {
        // Two marks are what the two bytes of a UTF-16 byte order mark become.
        if (fields[0].StartsWith($"{MappingRows.NotUtf8}{MappingRows.NotUtf8}", StringComparison.Ordinal))
        {
            return Broken("a file in UTF-16", "a file in UTF-8");
        }

        var columns = fields.Select(field => field.Trim()).ToList();
        var header = new MappingHeader(PlaceOf(columns, UserColumn), PlaceOf(columns, ItemColumn));
        var text = string.Join(',', columns);
        var found = $"the header {(text.Length <= Shown ? text : text[..Shown] + "…")}";
        foreach (var (column, place) in (ReadOnlySpan<(string, int)>)[(UserColumn, header.User), (ItemColumn, header.Item)])
        {
            if (place < 0)
            {
                header._problems.Add(new(found, columns.Exists(name => Is(name, column)) ? $"{Expected}, {column} only once" : $"{Expected}; {column} is missing"));
            }
        }

        return header;
    }

    private static int PlaceOf(List<string> columns, string column)
    {
        var place = columns.FindIndex(name => Is(name, column));
        return place == columns.FindLastIndex(name => Is(name, column)) ? place : -1;
    }

    private static bool Is(string name, string column) => name.Equals(column, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What is wrong with a header, for a person.</summary>
public sealed record MappingHeaderProblem(string Found, string Expected);
