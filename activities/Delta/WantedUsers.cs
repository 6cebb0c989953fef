using System.Text;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>The users that a run is limited to, or all of them.</summary>
internal sealed class WantedUsers
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _users;
    private readonly HashSet<int> _lengths = [];

    /// <param name="users">Null for all.</param>
    public WantedUsers(IReadOnlyList<string>? users)
    {
        if (users is not null)
        {
            _users = users.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            _lengths = [.. users.Select(Encoding.UTF8.GetByteCount)];
        }
    }

    public bool Contains(ReadOnlySpan<byte> userId)
    {
        if (_users is not { } users)
        {
            return true;
        }

        if (!_lengths.Contains(userId.Length))
        {
            return false;
        }

        Span<char> text = userId.Length <= 1024 ? stackalloc char[userId.Length] : new char[userId.Length];
        return users.Contains(text[..Encoding.UTF8.GetChars(userId, text)]);
    }
}
