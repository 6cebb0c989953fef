using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Counts the users of one connector with <c>parallelArrays</c> two of whose recommendations share a value of a field. A destination that
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
    private long _allUsers;
    private long _byScore;
    private long _byQueryItem;

    public ShortenedLists(ConnectorConfiguration connector, ItemFields? table)
    {
        _connector = connector;
        _table = table;
        _combiner = new(CombineRules.Of(connector, DestinationLimits.Recommendations));
        var fields = table is null ? [] : connector.ItemMetadataFields ?? (IReadOnlyList<string>)table.Fields;
        // What a recommendation says of itself wins over a field of the same name.
        _fields = [.. fields.Except(ShapeAttributes.OwnFields(connector)).Select(field => table!.IndexOf(field)).Where(index => index >= 0)];
        _byField = new long[_fields.Length];
    }

    /// <summary>Users with at least one shortened list.</summary>
    public long Users { get; private set; }

    public ShortenedUsers ToCounts() => new(
        _connector, Users, _allUsers,
        [
            .. _fields.Select((index, i) => (Field: _table!.Fields[index], Users: _byField[i]))
                .Append((Field: ShapeAttributes.Score, Users: _byScore))
                .Append((Field: ShapeAttributes.QueryItemId, Users: _byQueryItem))
                .Where(counted => counted.Users > 0)
                .OrderByDescending(counted => counted.Users),
        ]);

    /// <summary>The next user.</summary>
    /// <param name="lists">Places of the user's lists in the file, in the order of the query items.</param>
    public void Add(List<long> lists, ListFile file)
    {
        _combiner.Clear();
        foreach (var list in lists)
        {
            file.AddTo(_combiner, list, _table);
        }

        _combiner.Finish(_list);
        _allUsers++;
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
            _byScore++;
            shortened = true;
        }

        if (_connector.IncludeQueryItems && AreQueryItemsShortened())
        {
            _byQueryItem++;
            shortened = true;
        }

        Users += shortened ? 1 : 0;
    }

    public void Dispose()
    {
        _combiner.Dispose();
        _list.Dispose();
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

    private bool AreQueryItemsShortened()
    {
        _seen.Clear();
        var repeats = false;
        for (var place = 0; place < _list.Count; place++)
        {
            repeats |= !_seen.Add((ulong)_list.QueryItem(place));
        }

        return repeats;
    }
}
