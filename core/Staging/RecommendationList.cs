using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// Recommendations in rank order, as a staged line and a table entry hold them: <c>(varint code, [u8 length, score text])*</c>.
/// A code is a place in the dictionary of the object that holds the list. A score is the JSON number as Personalize wrote it.
/// </summary>
public ref struct RecommendationList
{
    private readonly bool _hasScores;
    private ByteReader _reader;
    private int _left;

    internal RecommendationList(ReadOnlySpan<byte> bytes, int count, bool hasScores)
    {
        _reader = new(bytes);
        Count = _left = count;
        _hasScores = hasScores;
    }

    public int Count { get; }

    /// <summary>True where recommendations stand with a score, be it an empty one.</summary>
    public readonly bool HasScores => _hasScores;

    /// <param name="score">Empty where the recommendation has none.</param>
    public bool TryRead(out int code, out ReadOnlySpan<byte> score)
    {
        score = default;
        code = 0;
        if (_left == 0)
        {
            return false;
        }

        _left--;
        code = _reader.ReadCount();
        if (_hasScores)
        {
            score = _reader.ReadRaw(_reader.ReadByte());
        }

        return true;
    }

    internal static void Write(ByteWriter target, int code, ReadOnlySpan<byte> score, bool hasScores)
    {
        target.WriteVarint(code);
        if (hasScores)
        {
            target.WriteByte(checked((byte)score.Length));
            target.WriteRaw(score);
        }
    }
}
