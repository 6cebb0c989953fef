using System.Collections.Concurrent;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>All users, one table per kind of identifier. Kinds are not joined: Braze itself makes a second profile for an email it cannot link.</summary>
internal sealed class ProfileStore
{
    private readonly Table[] _tables = [.. Enum.GetValues<IdentifierKind>().Select(kind => new Table(kind))];

    public long Count => _tables.Sum(table => table.Existing());

    /// <summary>The user's place, made if it is new.</summary>
    public Profile Place(IdentifierKind kind, ReadOnlySpan<char> key) => _tables[(int)kind].Place(key);

    public Profile? Find(UserIdentity identity) => _tables[(int)identity.Kind].Find(identity.Key);

    /// <summary>Existing users of a kind after a key, in ordinal order of their keys.</summary>
    public IEnumerable<Profile> After(IdentifierKind kind, string? after) => _tables[(int)kind].After(after);

    public void Clear()
    {
        foreach (var table in _tables)
        {
            table.Clear();
        }
    }

    private sealed class Table
    {
        private readonly IdentifierKind _kind;
        private readonly ConcurrentDictionary<string, Profile> _profiles = new();
        private readonly ConcurrentDictionary<string, Profile>.AlternateLookup<ReadOnlySpan<char>> _byText;

        // Sorted once per growth: reading page by page would sort per page otherwise.
        private volatile Profile[] _sorted = [];

        public Table(IdentifierKind kind)
        {
            _kind = kind;
            _byText = _profiles.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public Profile Place(ReadOnlySpan<char> key)
        {
            if (_byText.TryGetValue(key, out var profile))
            {
                return profile;
            }

            var text = key.ToString();
            return _profiles.GetOrAdd(text, static (id, kind) => new Profile(new UserIdentity(kind, id)), _kind);
        }

        public Profile? Find(string key) => _profiles.TryGetValue(key, out var profile) && profile.Exists ? profile : null;

        public long Existing() => _profiles.Count(pair => pair.Value.Exists);

        public IEnumerable<Profile> After(string? after)
        {
            var sorted = _sorted;
            if (sorted.Length != _profiles.Count)
            {
                sorted = [.. _profiles.Values];
                Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Identity.Key, b.Identity.Key));
                _sorted = sorted;
            }

            return sorted.Skip(after is null ? 0 : FirstAfter(sorted, after)).Where(profile => profile.Exists);
        }

        public void Clear()
        {
            _profiles.Clear();
            _sorted = [];
        }

        private static int FirstAfter(Profile[] sorted, string after)
        {
            var (low, high) = (0, sorted.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = string.CompareOrdinal(sorted[middle].Identity.Key, after) <= 0 ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
