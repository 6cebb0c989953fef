using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// One line of batch output, as Load leaves it in a chunk object and Table in the table:
/// <code>
/// bytes   query id: UTF-8, not escaped
/// varint  position: order within the chunk
/// u8      flags: 1 error, 2 scores, 4 theme
/// [bytes  theme: its JSON string, quotes included]
/// varint  recommendations
/// bytes   the list
/// </code>
/// </summary>
public readonly ref struct StagedLine
{
    private const byte ErrorFlag = 1;
    private const byte ScoresFlag = 2;
    private const byte ThemeFlag = 4;

    private readonly ReadOnlySpan<byte> _list;
    private readonly int _count;
    private readonly bool _hasScores;

    private StagedLine(ReadOnlySpan<byte> queryId, long position, bool isError, ReadOnlySpan<byte> theme, int count, bool hasScores, ReadOnlySpan<byte> list)
    {
        QueryId = queryId;
        Position = position;
        IsError = isError;
        Theme = theme;
        _count = count;
        _hasScores = hasScores;
        _list = list;
    }

    public ReadOnlySpan<byte> QueryId { get; }

    /// <summary>Grows within a chunk; of two lines for one query, the one of the later chunk, then of the greater position, wins.</summary>
    public long Position { get; }

    /// <summary>The line was an error: it has no recommendations, and what was sent for the query stands.</summary>
    public bool IsError { get; }

    /// <summary>JSON string with its quotes; empty where the line has none.</summary>
    public ReadOnlySpan<byte> Theme { get; }

    public RecommendationList Recommendations => new(_list, _count, _hasScores);

    public static StagedLine Read(scoped ref ByteReader reader)
    {
        var id = reader.ReadBytes();
        var position = (long)reader.ReadVarint();
        var flags = reader.ReadByte();
        var theme = (flags & ThemeFlag) != 0 ? reader.ReadBytes() : default;
        var count = reader.ReadCount();
        return new(id, position, (flags & ErrorFlag) != 0, theme, count, (flags & ScoresFlag) != 0, reader.ReadBytes());
    }

    /// <param name="list">What <see cref="WriteRecommendation"/> made of the recommendations, in rank order.</param>
    public static void Write(
        ByteWriter target, ReadOnlySpan<byte> queryId, long position, bool isError, ReadOnlySpan<byte> theme, int count, bool hasScores, ReadOnlySpan<byte> list)
    {
        target.WriteBytes(queryId);
        target.WriteVarint(position);
        target.WriteByte((byte)((isError ? ErrorFlag : 0) | (hasScores ? ScoresFlag : 0) | (theme.IsEmpty ? 0 : ThemeFlag)));
        if (!theme.IsEmpty)
        {
            target.WriteBytes(theme);
        }

        target.WriteVarint(count);
        target.WriteBytes(list);
    }

    /// <summary>Appends a recommendation to a list under construction.</summary>
    /// <param name="score">Empty for none; at most 255 bytes. Written only with <paramref name="hasScores"/>.</param>
    public static void WriteRecommendation(ByteWriter list, int code, ReadOnlySpan<byte> score, bool hasScores) =>
        RecommendationList.Write(list, code, score, hasScores);
}
