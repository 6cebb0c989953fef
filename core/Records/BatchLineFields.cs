using System.Runtime.CompilerServices;

namespace PersonalizeConnectors.Core.Records;

/// <summary>What the two parsers of a batch line fill in; reused from line to line.</summary>
internal sealed class BatchLineFields
{
    public BatchLineKind Kind { get; set; }

    public string? Reason { get; set; }

    public Slice QueryId { get; set; }

    public Slice Theme { get; set; }

    public Slice Message { get; set; }

    public bool HasScores { get; set; }

    public int ItemCount { get; private set; }

    public int ScoreCount { get; private set; }

    public Slice[] Items { get; private set; } = new Slice[64];

    public Slice[] Scores { get; private set; } = new Slice[64];

    public void Clear()
    {
        Kind = BatchLineKind.Result;
        Reason = null;
        QueryId = default;
        Theme = default;
        Message = default;
        ClearOutput();
    }

    public void ClearOutput()
    {
        ItemCount = 0;
        ClearScores();
    }

    public void ClearItems() => ItemCount = 0;

    public void ClearScores()
    {
        ScoreCount = 0;
        HasScores = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddItem(Slice id)
    {
        if (ItemCount == Items.Length)
        {
            Items = Larger(Items);
        }

        Items[ItemCount++] = id;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddScore(Slice score)
    {
        if (ScoreCount == Scores.Length)
        {
            Scores = Larger(Scores);
        }

        Scores[ScoreCount++] = score;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Slice[] Larger(Slice[] slices)
    {
        Array.Resize(ref slices, slices.Length * 2);
        return slices;
    }

    /// <summary>A part of a line or of the text unescaped from it.</summary>
    internal readonly record struct Slice(int Start, int Length)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => text.Slice(Start, Length);
    }
}
