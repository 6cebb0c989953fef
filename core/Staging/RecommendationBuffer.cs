using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>A user's recommendations in rank order while they are combined, rendered or sent. Reuse it: no allocation once it has grown.</summary>
public sealed class RecommendationBuffer : IDisposable
{
    private readonly ByteWriter _scores = new(1024);
    private readonly List<Slot> _slots = [];

    public int Count => _slots.Count;

    /// <summary>Catalog index of the recommended item.</summary>
    public int Item(int place) => _slots[place].Item;

    /// <summary>Score as Personalize wrote it; empty for none.</summary>
    public ReadOnlySpan<byte> Score(int place) => _scores.Written.Slice(_slots[place].Score, _slots[place].ScoreLength);

    /// <summary>Place of its query item among the user's query items; 0 for user-keyed jobs.</summary>
    public int QueryItem(int place) => _slots[place].QueryItem;

    public void Add(int item, ReadOnlySpan<byte> score, int queryItem)
    {
        _slots.Add(new(item, _scores.Length, score.Length, queryItem));
        _scores.WriteRaw(score);
    }

    public void Clear()
    {
        _slots.Clear();
        _scores.Clear();
    }

    public void Dispose() => _scores.Dispose();

    private readonly record struct Slot(int Item, int Score, int ScoreLength, int QueryItem);
}
