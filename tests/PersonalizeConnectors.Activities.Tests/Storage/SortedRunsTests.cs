using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class SortedRunsTests : IDisposable
{
    private readonly FakeScratch _scratch = new();
    private int _files;

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 16)]
    [InlineData(5000, 16)]
    [InlineData(5000, 300)]
    [InlineData(5000, 5000)]
    [InlineData(5000, 5001)]
    public void Read_AnySize_GivesAllEntriesInOrder(int entries, int capacity)
    {
        var random = new Random(entries + capacity);
        var added = Enumerable.Range(0, entries).Select(_ => (Key: (ulong)random.Next(200), Value: (ulong)random.Next(10))).ToList();
        using var runs = new SortedRuns<ulong>(CreateFile, capacity);

        added.ForEach(entry => runs.Add(entry.Key, entry.Value));

        Assert.Equal(added.Order(), runs.Read().Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(entries > capacity ? 1 : 0, _files);
    }

    private FileStream CreateFile()
    {
        _files++;
        return _scratch.CreateTemporary("run");
    }
}
