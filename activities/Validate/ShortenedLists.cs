using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Counts the lists of one connector with <c>parallelArrays</c> in which two recommendations share a value of a field. A destination that
/// keeps every value of a list once then shortens that list, and positions no longer agree between lists.
/// </summary>
internal sealed class ShortenedLists : IDisposable
{
    private readonly ConnectorConfiguration _connector;
    private readonly ItemFields? _table;
    private readonly int[] _fields;
    private readonly long[] _byField;
    private readonly HashSet<ulong> _seen = [];
    private readonly Combiner _combiner;
    private readonly RecommendationBuffer _list = new();
    private long _scoreLists;

    public ShortenedLists(ConnectorConfiguration connector, ItemFields? table)
    {
        _connector = connector;
        _table = table;
        _combiner = new(CombineRules.Of(connector, DestinationLimits.Recommendations));
        var fields = table is null ? [] : connector.ItemMetadataFields ?? (IReadOnlyList<string>)table.Fields;
        _fields = [.. fields.Select(field => table!.IndexOf(field)).Where(index => index >= 0)];
        _byField = new long[_fields.Length];
    }

    /// <summary>Lists with at least one shortened field.</summary>
    public long Lists { get; private set; }

    /// <summary>The fields that this happens in, most lists first.</summary>
    public IEnumerable<(string Field, long Lists)> Fields =>
        _fields.Select((index, i) => (Field: _table!.Fields[index], Lists: _byField[i]))
            .Append((Field: ShapeAttributes.Score, Lists: _scoreLists))
            .Where(counted => counted.Lists > 0)
            .OrderByDescending(counted => counted.Lists);

    /// <param name="items">Codes of the line's items, in rank order.</param>
    public void Add(BatchLine line, ReadOnlySpan<int> items)
    {
        Combine(line, items);
        var shortened = false;
        for (var i = 0; i < _fields.Length; i++)
        {
            if (IsShortened(_fields[i]))
            {
                _byField[i]++;
                shortened = true;
            }
        }

        if (_connector.IncludeScores && AreScoresShortened())
        {
            _scoreLists++;
            shortened = true;
        }

        Lists += shortened ? 1 : 0;
    }

    public void Dispose()
    {
        _combiner.Dispose();
        _list.Dispose();
    }

    /// <summary>Leaves in the list what a run would send.</summary>
    private void Combine(BatchLine line, ReadOnlySpan<int> items)
    {
        _combiner.Clear();
        _combiner.BeginList();
        for (var rank = 0; rank < items.Length; rank++)
        {
            _combiner.Add(items[rank], _table?.IsKnown(items[rank]) != false, line.Score(rank));
        }

        _combiner.Finish(_list);
    }

    private bool IsShortened(int field)
    {
        _seen.Clear();
        var occurs = _connector.ItemMetadataFields is not null;
        var repeats = false;
        for (var place = 0; place < _list.Count; place++)
        {
            var value = _table!.ValueOf(_list.Item(place), field);
            occurs |= value != ItemFields.Missing;
            repeats |= !_seen.Add(value);
        }

        return repeats && occurs;
    }

    private bool AreScoresShortened()
    {
        _seen.Clear();
        var repeats = false;
        for (var place = 0; place < _list.Count; place++)
        {
            repeats |= !_seen.Add(IdHash.Of(_list.Score(place)));
        }

        return repeats;
    }
}
