using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Users of a job whose lines are keyed by user: of a user's lines the last one counts.</summary>
internal sealed class UserKeyedUsers(ShardRows rows, Catalog catalog) : IShardUsers
{
    private int _line = -1;
    private int _next;

    public static ReadOnlySpan<byte> ReadRow(scoped ref ByteReader reader, out long position)
    {
        var line = StagedLine.Read(ref reader);
        position = line.Position;
        return line.QueryId;
    }

    public ulong Hash => rows.HashOf(_line);

    public ReadOnlySpan<byte> UserId => rows.IdOf(_line);

    public ReadOnlySpan<byte> Theme => LineAt(_line).Theme;

    public List<int> QueryItems { get; } = [];

    public InputOfUser Input { get; private set; }

    public long DuplicateLines { get; private set; }

    public bool MoveNext()
    {
        if (_next == rows.Count)
        {
            return false;
        }

        var end = rows.EndOfId(_next);
        for (var replaced = _next; replaced < end - 1; replaced++)
        {
            DuplicateLines += LineAt(replaced).IsError ? 0 : 1;
        }

        _line = end - 1;
        _next = end;
        Input = LineAt(_line).IsError ? InputOfUser.Errors : InputOfUser.Results;
        return true;
    }

    public void AddLists(Combiner combiner) => combiner.AddList(LineAt(_line).Recommendations, catalog, rows.ChunkOf(_line));

    private StagedLine LineAt(int row)
    {
        var reader = new ByteReader(rows.BytesOf(row));
        return StagedLine.Read(ref reader);
    }
}
