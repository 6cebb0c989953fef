using System.Globalization;
using System.Numerics;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.Updates;

/// <summary>
/// Makes one list of the lists of a user's query items: <see cref="Clear"/>, a list or more, <see cref="Finish"/>. In this order: the lists are
/// taken together, an item that comes again is left out, then low scores, unknown items and what is too many. Reuse it: no allocation
/// once it has grown.
/// </summary>
public sealed class Combiner(CombineRules rules) : IDisposable
{
    private readonly ByteWriter _scores = new(1024);
    private Entry[] _entries = new Entry[256];
    private int[] _starts = new int[16];
    private Mark[] _marks = new Mark[512];
    private int _count;
    private int _lists;
    private int _turn;

    public void Clear()
    {
        _count = 0;
        _lists = 0;
        _scores.Clear();
    }

    /// <summary>Begins the list of the user's next query item that has a result; its recommendations follow in rank order.</summary>
    public void BeginList()
    {
        if (_lists == _starts.Length)
        {
            Array.Resize(ref _starts, _lists * 2);
        }

        _starts[_lists++] = _count;
    }

    /// <param name="item">Catalog index.</param>
    /// <param name="score">Empty for none.</param>
    public void Add(int item, bool isKnown, ReadOnlySpan<byte> score)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        _entries[_count++] = new(item, isKnown, _scores.Length, score.Length);
        _scores.WriteRaw(score);
    }

    /// <summary>Adds the whole list of the user's next query item.</summary>
    /// <param name="dictionary">Whose codes the list is made of; see <see cref="Catalog"/>.</param>
    public void AddList(RecommendationList list, Catalog catalog, int dictionary)
    {
        BeginList();
        var first = _count;
        while (list.TryRead(out var code, out var score))
        {
            Add(code, isKnown: true, rules.KeepScores ? score : default);
        }

        // In loops of their own, since each access to the catalog is a cache miss: so short, the processor has many of them under way at once.
        var entries = _entries.AsSpan(first.._count);
        foreach (ref var entry in entries)
        {
            entry = entry with { Item = catalog.Resolve(dictionary, entry.Item) };
        }

        if (rules.DropUnknown)
        {
            foreach (ref var entry in entries)
            {
                entry = entry with { IsKnown = catalog.IsKnown(entry.Item) };
            }
        }
    }

    /// <summary>Fills <paramref name="result"/> with what is left; a recommendation's query item is the place of its list.</summary>
    public void Finish(RecommendationBuffer result)
    {
        result.Clear();
        BeginTurn();
        var lists = rules.Combine == Combine.First ? Math.Min(_lists, 1) : _lists;
        for (var rank = 0; ; rank++)
        {
            var isOver = true;
            for (var list = 0; list < lists; list++)
            {
                var place = _starts[list] + rank;
                if (place >= (list + 1 < _lists ? _starts[list + 1] : _count))
                {
                    continue;
                }

                isOver = false;
                ref readonly var entry = ref _entries[place];
                if (!IsFirst(entry.Item) || !Passes(entry))
                {
                    continue;
                }

                if (result.Count >= rules.MaxRecommendations)
                {
                    return;
                }

                result.Add(entry.Item, _scores.Written.Slice(entry.Score, entry.ScoreLength), list);
            }

            if (isOver)
            {
                return;
            }
        }
    }

    public void Dispose() => _scores.Dispose();

    private bool Passes(in Entry entry)
    {
        if (rules.DropUnknown && !entry.IsKnown)
        {
            return false;
        }

        return rules.MinScore is not { } least || entry.ScoreLength == 0
            || !double.TryParse(_scores.Written.Slice(entry.Score, entry.ScoreLength), NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            || score >= least;
    }

    // The marks of earlier users stand until they are overwritten; a turn's number tells them apart.
    private void BeginTurn()
    {
        if (_marks.Length < _count * 2)
        {
            _marks = new Mark[BitOperations.RoundUpToPowerOf2((uint)_count * 2)];
        }

        if (++_turn == int.MaxValue)
        {
            Array.Clear(_marks);
            _turn = 1;
        }
    }

    private bool IsFirst(int item)
    {
        var mask = _marks.Length - 1;
        for (var slot = (int)((uint)item * 0x9E3779B1u >> 8) & mask; ; slot = (slot + 1) & mask)
        {
            ref var mark = ref _marks[slot];
            if (mark.Turn != _turn)
            {
                mark = new(item, _turn);
                return true;
            }

            if (mark.Item == item)
            {
                return false;
            }
        }
    }

    private readonly record struct Entry(int Item, bool IsKnown, int Score, int ScoreLength);

    private readonly record struct Mark(int Item, int Turn);
}
