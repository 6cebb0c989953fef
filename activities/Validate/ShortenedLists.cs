using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Counts the lists of one connector with <c>parallelArrays</c> in which two recommendations share a value of a field. A destination that
/// keeps every value of a list once then shortens that list, and positions no longer agree between lists.
/// </summary>
internal sealed class ShortenedLists
{
    private readonly ConnectorConfiguration _connector;
    private readonly ItemTable? _table;
    private readonly int[] _fields;
    private readonly long[] _byField;
    private readonly HashSet<ulong> _seen = [];
    private readonly List<int> _ranks = [];
    private long _scoreLists;

    public ShortenedLists(ConnectorConfiguration connector, ItemTable? table)
    {
        _connector = connector;
        _table = table;
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

    public void Add(BatchLineReader line)
    {
        Choose(line);
        var shortened = false;
        for (var i = 0; i < _fields.Length; i++)
        {
            if (IsShortened(line, _fields[i]))
            {
                _byField[i]++;
                shortened = true;
            }
        }

        if (_connector.IncludeScores && AreScoresShortened(line))
        {
            _scoreLists++;
            shortened = true;
        }

        Lists += shortened ? 1 : 0;
    }

    /// <summary>The ranks that are sent: what comes again is left out, then minScore, unknownItems and maxRecommendations apply.</summary>
    private void Choose(BatchLineReader line)
    {
        _ranks.Clear();
        _seen.Clear();
        for (var rank = 0; rank < line.Items.Count && _ranks.Count < (_connector.MaxRecommendations ?? int.MaxValue); rank++)
        {
            var isTooLow = rank < line.Scores.Count && line.Scores[rank] < _connector.MinScore;
            var isUnknown = _table?.Contains(line.Items[rank]) == false && _connector.UnknownItems == UnknownItems.Drop;
            if (_seen.Add(line.Items[rank]) && !isTooLow && !isUnknown)
            {
                _ranks.Add(rank);
            }
        }
    }

    private bool IsShortened(BatchLineReader line, int field)
    {
        _seen.Clear();
        var occurs = _connector.ItemMetadataFields is not null;
        var repeats = false;
        foreach (var rank in _ranks)
        {
            var value = _table!.ValueOf(line.Items[rank], field);
            occurs |= value != ItemTable.Missing;
            repeats |= !_seen.Add(value);
        }

        return repeats && occurs;
    }

    private bool AreScoresShortened(BatchLineReader line)
    {
        _seen.Clear();
        var repeats = false;
        foreach (var rank in _ranks)
        {
            repeats |= !_seen.Add(BitConverter.DoubleToUInt64Bits(rank < line.Scores.Count ? line.Scores[rank] : double.NaN));
        }

        return repeats;
    }
}
