using System.Text;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.SplitErrors;

/// <summary>Counts error lines by message: the first so many messages by themselves, all further ones together.</summary>
internal sealed class ErrorGroups
{
    /// <summary>Messages that name the id they are about make a group each. With <see cref="Other"/> these are the 50 samples that a report shows.</summary>
    public const int MaxMessages = 49;

    public const string Other = "other";

    private readonly IdTable _messages = new();
    private readonly List<Group> _groups = [];
    private Group? _other;

    public void Add(ErrorLine error)
    {
        var code = _messages.Find(error.Message);
        if (code < 0 && _messages.Count < MaxMessages)
        {
            code = _messages.GetOrAdd(error.Message);
            _groups.Add(new Group(error.File, error.Offset));
        }

        var group = code >= 0 ? _groups[code] : _other ??= new Group(error.File, error.Offset);
        group.Count++;
    }

    public IReadOnlyList<ErrorGroup> MostFrequentFirst(IReadOnlyList<PlannedFile> files)
    {
        var named = _groups
            .Select((group, code) => group.Named(Encoding.UTF8.GetString(_messages[code]), files))
            .OrderByDescending(group => group.Count)
            .ToList();
        if (_other is not null)
        {
            named.Add(_other.Named(Other, files));
        }

        return named;
    }

    private sealed class Group(int file, long offset)
    {
        public long Count { get; set; }

        public ErrorGroup Named(string message, IReadOnlyList<PlannedFile> files) => new(message, Count, files[file].Key, offset);
    }
}
