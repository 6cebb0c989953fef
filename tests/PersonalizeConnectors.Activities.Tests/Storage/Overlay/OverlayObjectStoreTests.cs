using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Storage.Overlay;

namespace PersonalizeConnectors.Activities.Tests.Storage.Overlay;

/// <summary>A root that has objects looks changed, and is not.</summary>
public sealed class OverlayObjectStoreTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly TempFolder _changes = new();
    private readonly OverlayObjectStore _store;

    public OverlayObjectStoreTests()
    {
        foreach (var key in new[] { "a/1", "a/2", "b/1", "c" })
        {
            _root.Write(key, "root " + key);
        }

        _store = new(
            new LocalObjectStore(_root.Path, TimeProvider.System, tidies: false), new LocalObjectStore(_changes.Path, TimeProvider.System), TimeProvider.System);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        // Whatever a test did: the root has what it had, and nothing else.
        Assert.Equal(
            ["a/1", "a/2", "b/1", "c"],
            Directory.GetFiles(_root.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_root.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal).Where(key => !key.Contains(".unfinished", StringComparison.Ordinal)));
        Assert.Equal("root a/1", File.ReadAllText(_root.At("a/1")));
        _store.Dispose();
        _root.Dispose();
        _changes.Dispose();
    }

    [Fact]
    public async Task Read_Unchanged_FallsThrough()
    {
        Assert.Equal("root a/1", await ReadAsync("a/1"));
        Assert.Equal(["a/1", "a/2", "b/1", "c"], await ListAsync(""));
        Assert.Equal(8, (await _store.FindAsync("a/2", Token))!.Size);
        Assert.Equal(_root.Path, _store.Address);
    }

    [Fact]
    public async Task Put_ExistingAndNew_ShadowsTheRoot()
    {
        await PutAsync("a/1", "changed");
        await PutAsync("a/15", "new");

        Assert.Equal("changed", await ReadAsync("a/1"));
        Assert.Equal(["a/1", "a/15", "a/2"], await ListAsync("a/"));
        Assert.Equal(7, (await _store.ListAsync("a/1", Token).FirstAsync(Token)).Size);
    }

    [Fact]
    public async Task Delete_OfTheRoot_HidesUntilWrittenAgain()
    {
        await _store.DeleteAsync("a/1", Token);

        Assert.Null(await _store.FindAsync("a/1", Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("a/1", ByteRange.All, null, Token));
        Assert.Equal(["a/2"], await ListAsync("a/"));

        await PutAsync("a/1", "again", PutCondition.IfAbsent);
        Assert.Equal("again", await ReadAsync("a/1"));

        await _store.DeleteAsync("a/1", Token);
        Assert.Equal(["a/2"], await ListAsync("a/"));
    }

    [Fact]
    public async Task ListFolders_AfterChanges_NamesThoseThatHoldAnObject()
    {
        await _store.DeleteAsync("b/1", Token);
        await PutAsync("a-b/1", "new");
        await PutAsync("a/3", "new");

        Assert.Equal(["a-b", "a"], await _store.ListFoldersAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Commit_Conditions_LookAtRootAndChangesTogether()
    {
        await Assert.ThrowsAsync<PutConflictException>(() => PutAsync("a/1", "x", PutCondition.IfAbsent));
        var first = (await _store.FindAsync("a/1", Token))!;

        var second = await PutAsync("a/1", "second", PutCondition.IfUnchanged(first.ETag));

        await Assert.ThrowsAsync<PutConflictException>(() => PutAsync("a/1", "third", PutCondition.IfUnchanged(first.ETag)));
        Assert.NotEqual(first.ETag, second.ETag);
        await Assert.ThrowsAsync<ObjectChangedException>(() => _store.OpenAsync("a/1", ByteRange.All, first.ETag, Token));
        Assert.Equal("second", await ReadAsync("a/1"));
    }

    [Theory]
    [InlineData("etl_jobs/related_items/shop/output/braze/year=2026/month=11/day=24/time=020000/part-00000-20261124T020000Z-0123abcd.json.gz", true)]
    [InlineData("etl_jobs/related_items/shop/errors/year=2026/month=11/day=24/time=020000/part-00000.json.gz", true)]
    [InlineData("etl_jobs/related_items/shop/output/braze/state/manifest.json", false)]
    [InlineData("etl_jobs/related_items/shop/output/braze/rejected/20261124T020000Z-0123abcd/00000-000000.json.gz", false)]
    [InlineData("etl_jobs/related_items/shop/staging/20261124T020000Z-0123abcd/plan.json", false)]
    [InlineData("etl_jobs/related_items/output/year=1/config.json", false)]
    public async Task Put_PublishedPart_IsCountedAndNotKept(string key, bool isDiscarded)
    {
        var entry = await PutAsync(key, "content");

        Assert.Equal(7, entry.Size);
        Assert.Equal(isDiscarded, await _store.FindAsync(key, Token) is null);
        Assert.Equal(isDiscarded, Directory.GetFiles(_changes.Path, Path.GetFileName(key), SearchOption.AllDirectories).Length == 0);
    }

    [Fact]
    public async Task DeleteUnfinished_OfKilledWriters_LeavesTheRootsAlone()
    {
        var unfinished = _root.Write("a/.unfinished-0123456789abcdef", "half");
        File.SetLastWriteTimeUtc(unfinished, DateTime.UnixEpoch);

        await _store.DeleteUnfinishedAsync("a/", Token);

        Assert.Equal(["a/1", "a/2"], await ListAsync("a/"));
        Assert.True(File.Exists(unfinished));
    }

    private Task<ObjectEntry> PutAsync(string key, string content, PutCondition? condition = null) =>
        _store.PutAsync(key, Encoding.UTF8.GetBytes(content), condition ?? PutCondition.None, Token);

    private async Task<string> ReadAsync(string key) => Encoding.UTF8.GetString(await _store.ReadAllAsync(key, 1000, Token));

    private async Task<List<string>> ListAsync(string prefix) => await _store.ListAsync(prefix, Token).Select(entry => entry.Key).ToListAsync(Token);
}
