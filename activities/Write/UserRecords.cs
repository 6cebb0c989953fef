using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Write;

/// <summary>Makes a user's records from its update: one, or one a query item.</summary>
/// <param name="table">Null for user-keyed jobs.</param>
internal sealed class UserRecords(RecordRenderer renderer, CombineRules rules, Catalog catalog, ItemTable? table, PartWriter parts) : IDisposable
{
    /// <summary>An item-keyed job's catalog has one dictionary: the table's.</summary>
    private const int TableDictionary = 0;

    private readonly Combiner _combiner = new(rules);
    private readonly RecommendationBuffer _list = new();
    private readonly List<int> _queryItems = [];

    /// <summary>Writes the records of the update at <paramref name="position"/>, and goes to the next one.</summary>
    /// <returns>True where it set a list, and so has records.</returns>
    public bool Write(ReadOnlySpan<byte> block, ref int position)
    {
        var reader = new ByteReader(block[position..]);
        var update = UpdateRecord.Read(ref reader, _list, _queryItems);
        position += reader.Position;
        if (update.Operation != UpdateOperation.Set)
        {
            return false;
        }

        if (table is null)
        {
            renderer.Write(parts.Target, update.UserId, _list, update.Theme);
            parts.Recorded();
        }
        else
        {
            WriteQueryItems(update.UserId, table);
        }

        return true;
    }

    public void Dispose()
    {
        _combiner.Dispose();
        _list.Dispose();
    }

    // A record holds the list of its query item alone, however the user's lists were combined.
    private void WriteQueryItems(ReadOnlySpan<byte> userId, ItemTable items)
    {
        foreach (var item in _queryItems)
        {
            var line = items.Line(item);
            _combiner.Clear();
            _combiner.AddList(line.Recommendations, catalog, TableDictionary);
            _combiner.Finish(_list);
            if (_list.Count > 0)
            {
                renderer.Write(parts.Target, line.QueryId, userId, _list, line.Theme);
                parts.Recorded();
            }
        }
    }
}
