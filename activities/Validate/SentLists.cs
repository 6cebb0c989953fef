using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>
/// Which lists each user would get, as a run would have it: the last line of a user or query item counts, and the mapping says whose query
/// items are. Users and lists lie in scratch; memory holds a place for each query item, and nothing for each user.
/// </summary>
internal sealed class SentLists : IDisposable
{
    private readonly IReadOnlyList<ConnectorConfiguration> _connectors;
    private readonly bool _isItemKeyed;
    private readonly Dictionary<ulong, long> _queryItems = [];
    private readonly SortedRuns<UserRow> _users;
    private readonly ListFile _lists;
    private long _rows;
    private bool _isSpoiled;

    private SentLists(IReadOnlyList<ConnectorConfiguration> connectors, bool isItemKeyed, Func<FileStream> createFile)
    {
        _connectors = connectors;
        _isItemKeyed = isItemKeyed;
        _users = new(createFile);
        _lists = new(createFile);
    }

    /// <summary>Null where no connector has lists that its destination would shorten.</summary>
    public static SentLists? Of(JobLocation job, JobConfiguration? configuration, Func<FileStream> createFile)
    {
        var connectors = (configuration?.Connectors ?? [])
            .Where(connector => connector.AttributeShape == AttributeShape.ParallelArrays && DestinationRules.Find(connector.Type) is not null)
            .ToList();
        return connectors.Count == 0 ? null : new(connectors, JobTypes.IsItemKeyed(job.JobType), createFile);
    }

    /// <summary>A row of the mapping; rows come in the order of files and lines.</summary>
    public void AddPair(ReadOnlySpan<char> user, ReadOnlySpan<char> item)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(IdRule.MaxCharacters)];
        var hash = IdHash.Of(bytes[..Encoding.UTF8.GetBytes(item, bytes)]);
        AddRow(bytes[..Encoding.UTF8.GetBytes(user, bytes)], (long)hash);
    }

    /// <param name="items">Codes of the line's items, in rank order.</param>
    public void AddResult(BatchLine line, ReadOnlySpan<int> items) => AddLine(line.QueryId, _lists.Add(line, items));

    public void AddError(ReadOnlySpan<byte> queryId)
    {
        if (!queryId.IsEmpty)
        {
            AddLine(queryId, ListFile.None);
        }
    }

    /// <summary>Something could not be read: shares of the rest would mislead, so nothing is counted.</summary>
    public void Spoil() => _isSpoiled = true;

    /// <summary>Counts the users whose lists would be shortened, for each connector that has such users; once, when all is added.</summary>
    public IReadOnlyList<ShortenedUsers> Count(ItemFields? table)
    {
        if (_isSpoiled)
        {
            return [];
        }

        var shortened = _connectors.Select(connector => new ShortenedLists(connector, table)).ToList();
        try
        {
            _lists.EndWriting();
            foreach (var lists in ListsByUser())
            {
                foreach (var counter in shortened)
                {
                    counter.Add(lists, _lists);
                }
            }

            return [.. shortened.Where(s => s.Users > 0).Select(s => s.ToCounts())];
        }
        finally
        {
            shortened.ForEach(s => s.Dispose());
        }
    }

    public void Dispose()
    {
        _users.Dispose();
        _lists.Dispose();
    }

    private void AddLine(ReadOnlySpan<byte> queryId, long list)
    {
        if (_isItemKeyed)
        {
            _queryItems[IdHash.Of(queryId)] = list;
        }
        else
        {
            AddRow(queryId, list);
        }
    }

    private void AddRow(ReadOnlySpan<byte> user, long value)
    {
        var hash = Fingerprint.Of(user);
        _users.Add(hash.High, new(hash.Low, _rows++, value));
    }

    // The same list again and again: the lists of one user that has any.
    private IEnumerable<List<long>> ListsByUser()
    {
        var lists = new List<long>();
        (ulong High, ulong Low) last = default;
        foreach (var (high, row) in _users.Read())
        {
            if (last != (high, row.Low))
            {
                if (lists.Count > 0)
                {
                    yield return lists;
                }

                lists.Clear();
                last = (high, row.Low);
            }

            Take(row.Value, lists);
        }

        if (lists.Count > 0)
        {
            yield return lists;
        }
    }

    private void Take(long value, List<long> lists)
    {
        var list = value;
        if (!_isItemKeyed)
        {
            lists.Clear();
        }
        else if (!_queryItems.TryGetValue((ulong)value, out list) || lists.Contains(list))
        {
            return;
        }

        if (list != ListFile.None)
        {
            lists.Add(list);
        }
    }

    /// <param name="Low">Of the user's hash; the key is its upper half.</param>
    /// <param name="Value">Where the user's list lies, or the query item's hash.</param>
    private readonly record struct UserRow(ulong Low, long Order, long Value) : IComparable<UserRow>
    {
        public int CompareTo(UserRow other) => Low != other.Low ? Low.CompareTo(other.Low) : Order.CompareTo(other.Order);
    }
}

/// <summary>Users of a connector whose lists its destination would shorten.</summary>
/// <param name="AllUsers">Users who get a list.</param>
/// <param name="Fields">The fields that this happens in, most users first.</param>
internal sealed record ShortenedUsers(ConnectorConfiguration Connector, long Users, long AllUsers, IReadOnlyList<(string Field, long Users)> Fields);
