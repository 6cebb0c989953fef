using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Counts the items of the metadata that nobody is recommended, however many they are: in fixed memory, by 128 bits of hash.</summary>
internal sealed class OtherItems(Func<FileStream> createFile, int capacity = SortedRuns<ulong>.DefaultCapacity) : IDisposable
{
    private readonly SortedRuns<ulong> _ids = new(createFile, capacity);

    public void Add(ReadOnlySpan<byte> id)
    {
        var hash = Fingerprint.Of(id);
        _ids.Add(hash.High, hash.Low);
    }

    /// <summary>Distinct items; once, when all are added.</summary>
    public long Count()
    {
        long count = 0;
        KeyValuePair<ulong, ulong>? last = null;
        foreach (var id in _ids.Read())
        {
            count += last is { } before && before.Key == id.Key && before.Value == id.Value ? 0 : 1;
            last = id;
        }

        return count;
    }

    public void Dispose() => _ids.Dispose();
}
