using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Users of a job whose lines are keyed by item: the mapping says whose they are. A repeated pair counts once.</summary>
internal sealed class ItemKeyedUsers(ShardRows rows, Catalog catalog, ItemTable table) : IShardUsers
{
    /// <summary>The catalog's only dictionary: the table's.</summary>
    private const int Dictionary = 0;

    private readonly HashSet<int> _seen = [];
    private int _first = -1;
    private int _next;

    public static ReadOnlySpan<byte> ReadRow(scoped ref ByteReader reader, out long position)
    {
        var row = MappingRow.Read(ref reader);
        position = row.Position;
        return row.UserId;
    }

    public ulong Hash => rows.HashOf(_first);

    public ReadOnlySpan<byte> UserId => rows.IdOf(_first);

    public ReadOnlySpan<byte> Theme => default;

    public List<int> QueryItems { get; } = [];

    public InputOfUser Input { get; private set; }

    public long DuplicateLines => 0;

    public bool MoveNext()
    {
        if (_next == rows.Count)
        {
            return false;
        }

        _first = _next;
        _next = rows.EndOfId(_first);
        _seen.Clear();
        QueryItems.Clear();
        Input = InputOfUser.Nothing;
        for (var i = _first; i < _next; i++)
        {
            var reader = new ByteReader(rows.BytesOf(i));
            var item = MappingRow.Read(ref reader).Item;
            if (item == MappingRow.NoItem || !_seen.Add(item))
            {
                continue;
            }

            if (!table.Line(item).IsError)
            {
                QueryItems.Add(item);
                Input = InputOfUser.Results;
            }
            else if (Input == InputOfUser.Nothing)
            {
                Input = InputOfUser.Errors;
            }
        }

        return true;
    }

    public void AddLists(Combiner combiner)
    {
        foreach (var item in QueryItems)
        {
            combiner.AddList(table.Line(item).Recommendations, catalog, Dictionary);
        }
    }
}
