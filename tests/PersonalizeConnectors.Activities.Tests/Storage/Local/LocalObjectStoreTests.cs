using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Tests.Storage.Local;

/// <summary>What only a local folder has: names, links, folders and a disk.</summary>
public sealed class LocalObjectStoreTests : IDisposable
{
    private readonly TempFolder _outside = new();
    private readonly TempFolder _folder = new();
    private readonly SettableClock _clock = new();
    private readonly LocalObjectStore _store;

    public LocalObjectStoreTests() => _store = new LocalObjectStore(_folder.Path, _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeleteUnfinished_KilledWriters_LeaveNothingBelowTheFolderAndObjectsStay()
    {
        await PutAsync("staging/kept/object");
        var abandoned = Path.Join(_folder.Path, "staging", "run", "load");
        Directory.CreateDirectory(abandoned);
        await File.WriteAllTextAsync(Path.Join(abandoned, ".unfinished-0123456789abcdef"), "half", Token);

        await _store.DeleteUnfinishedAsync("staging/", Token);

        Assert.False(Directory.Exists(Path.Join(_folder.Path, "staging", "run")));
        Assert.NotNull(await _store.FindAsync("staging/kept/object", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    [InlineData("a/.hidden")]
    [InlineData(".personalize-connectors/locks/00")]
    public async Task Key_NoneBelowTheRoot_IsRefusedEverywhere(string key)
    {
        await AssertRefusedAsync(() => PutAsync(key), "is no key below");
        await AssertRefusedAsync(() => _store.FindAsync(key, Token), "is no key below");
        await AssertRefusedAsync(() => _store.OpenAsync(key, ByteRange.All, null, Token), "is no key below");
        await AssertRefusedAsync(() => _store.DeleteAsync(key, Token), "is no key below");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Key_HalfASurrogatePair_IsRefused() => await AssertRefusedAsync(() => PutAsync("a" + (char)0xD800 + "b"), "is no key below");

    [Theory]
    [InlineData("../")]
    [InlineData("a/../")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("./")]
    public async Task List_PrefixOutOfTheRoot_IsRefused(string prefix) =>
        await AssertRefusedAsync(() => ListAsync(prefix), "is no key below");

    [Fact]
    public async Task Link_OutOfTheRoot_IsRefusedWhereverItStands()
    {
        _outside.Write("secret", "s");
        File.CreateSymbolicLink(_folder.At("file"), _outside.At("secret"));
        Directory.CreateSymbolicLink(_folder.At("folder"), _outside.Path);
        _folder.Write("inner/x", "x");
        Directory.CreateSymbolicLink(_folder.At("inner/up"), "../../");

        foreach (var key in new[] { "file", "folder/secret", "inner/up/other", "folder/new/deep" })
        {
            await AssertRefusedAsync(() => _store.OpenAsync(key, ByteRange.All, null, Token), "leads out of its root");
            await AssertRefusedAsync(() => _store.FindAsync(key, Token), "leads out of its root");
            await AssertRefusedAsync(() => PutAsync(key), "leads out of its root");
        }

        await AssertRefusedAsync(() => _store.DeleteAsync("folder/secret", Token), "leads out of its root");
        await AssertRefusedAsync(() => ListAsync("folder/"), "leads out of its root");
        await AssertRefusedAsync(() => ListAsync(""), "leads out of its root");
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_outside.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Link_BehindALinkInside_IsFollowedToItsEnd()
    {
        Directory.CreateSymbolicLink(_folder.At("first"), "second");
        Directory.CreateSymbolicLink(_folder.At("second"), _outside.Path);

        await AssertRefusedAsync(() => PutAsync("first/x"), "leads out of its root");
    }

    [Fact]
    public async Task Link_InCircle_IsNamed()
    {
        File.CreateSymbolicLink(_folder.At("a"), "b");
        File.CreateSymbolicLink(_folder.At("b"), "a");

        await AssertRefusedAsync(() => _store.FindAsync("a", Token), "is a link in a circle");
    }

    [Fact]
    public async Task Link_Inside_ReadsWritesListsAndIsDeletedItself()
    {
        _folder.Write("data/run-1/x.out", "one");
        Directory.CreateSymbolicLink(_folder.At("latest"), _folder.At("data/run-1"));
        File.CreateSymbolicLink(_folder.At("alias"), "data/run-1/x.out");

        Assert.Equal(["alias", "data/run-1/x.out", "latest/x.out"], await ListAsync(""));
        Assert.Equal(3, (await _store.FindAsync("alias", Token))!.Size);

        await PutAsync("latest/y.out");
        Assert.True(File.Exists(_folder.At("data/run-1/y.out")));

        await _store.DeleteAsync("alias", Token);
        Assert.True(File.Exists(_folder.At("data/run-1/x.out")));
        Assert.Equal(["data/run-1/x.out", "data/run-1/y.out", "latest/x.out", "latest/y.out"], await ListAsync(""));
    }

    [Fact]
    public async Task List_LinkToAFolderAbove_Ends()
    {
        _folder.Write("a/x", "x");
        _folder.Write("b/y", "y");
        Directory.CreateSymbolicLink(_folder.At("a/up"), "..");
        Directory.CreateSymbolicLink(_folder.At("a/to-b"), "../b");
        Directory.CreateSymbolicLink(_folder.At("b/to-a"), "../a");

        Assert.Equal(["a/to-b/y", "a/x", "b/to-a/x", "b/y"], await ListAsync(""));
    }

    [Fact]
    public async Task List_PrivateNames_AreSkipped()
    {
        _folder.Write("staging/.holder", "x");
        _folder.Write(".git/config", "x");
        _folder.Write("a/.DS_Store", "x");
        await PutAsync("a/b");

        Assert.Equal(["a/b"], await ListAsync(""));
        Assert.Empty(await ListAsync("staging/."));
        Assert.Equal(["a"], await _store.ListFoldersAsync("", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task List_UnfinishedObjectOfYesterday_IsRemovedWithItsFolder()
    {
        using (var abandoned = LocalFolders.CreateTemporary(_folder.At("staging/run"), 0))
        {
        }

        _clock.Now = new DateTimeOffset(File.GetLastWriteTimeUtc(Directory.GetFiles(_folder.At("staging/run"))[0]), TimeSpan.Zero);
        _clock.Now += TimeSpan.FromHours(23);
        Assert.Empty(await ListAsync("staging/"));
        Assert.Single(Directory.GetFiles(_folder.At("staging/run")));

        _clock.Now += TimeSpan.FromHours(2);
        Assert.Empty(await ListAsync("staging/"));
        Assert.False(Directory.Exists(_folder.At("staging")));
    }

    [Fact]
    public async Task Delete_LastObject_RemovesTheFoldersAboveIt()
    {
        await PutAsync("job/staging/run/a/b");
        await PutAsync("job/config.json");

        await _store.DeleteAsync("job/staging/run/a/b", Token);

        Assert.False(Directory.Exists(_folder.At("job/staging")));
        Assert.True(File.Exists(_folder.At("job/config.json")));
    }

    [Fact]
    public async Task Delete_WhileOthersWriteInTheFolder_LosesNothing()
    {
        const int Writers = 8;
        const int Times = 100;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(async () =>
        {
            for (var n = 0; n < Times; n++)
            {
                await PutAsync($"deep/er/{i}");
                Assert.NotNull(await _store.FindAsync($"deep/er/{i}", Token));
                await _store.DeleteAsync($"deep/er/{i}", Token);
            }
        })));

        Assert.False(Directory.Exists(_folder.At("deep")));
    }

    [Fact]
    public async Task Locks_ManyKeys_DoNotGrowInNumber()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), async (i, _) => await PutAsync($"k{i}"));

        Assert.InRange(Directory.GetFiles(_folder.At(".personalize-connectors/locks")).Length, 1, 64);
    }

    [Fact]
    public async Task ETag_SomebodyAppends_Changes()
    {
        var path = _folder.Write("batch/x.out", "line\n");
        var before = await _store.FindAsync("batch/x.out", Token);

        await File.AppendAllTextAsync(path, "line\n", Token);

        Assert.NotEqual(before!.ETag, (await _store.FindAsync("batch/x.out", Token))!.ETag);
        await Assert.ThrowsAsync<ObjectChangedException>(() => _store.OpenAsync("batch/x.out", ByteRange.All, before.ETag, Token));
    }

    [Fact]
    public async Task ETag_ClockStandsStill_StillChangesWithEveryReplacement()
    {
        // The clock of this test does not move: the commits themselves must tell the contents apart.
        var seen = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            Assert.True(seen.Add((await PutAsync("key")).ETag));
        }
    }

    [Fact]
    public async Task Put_FileInTheWay_NamesIt()
    {
        var file = _folder.Write("a", "x");

        await AssertRefusedAsync(() => PutAsync("a/b/c"), $"{file} is a file where a folder is needed");
        Assert.Null(await _store.FindAsync("a/b/c", Token));
    }

    [Fact]
    public async Task Put_FolderInTheWay_NamesIt()
    {
        await PutAsync("a/b");

        await AssertRefusedAsync(() => PutAsync("a"), $"Cannot write {_folder.At("a")}: there is a folder of that name");
        Assert.Equal(["a/b"], await ListAsync(""));
    }

    [Fact]
    public async Task Key_TooLongForTheFileSystem_IsNamed()
    {
        var name = new string('x', 300);

        await AssertRefusedAsync(() => PutAsync(name), "too long");
        await AssertRefusedAsync(() => PutAsync(name + "/y"), "too long");
        Assert.Null(await _store.FindAsync(name, Token));
        Assert.Empty(await ListAsync(""));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _outside.Dispose();
    }

    private static async Task AssertRefusedAsync(Func<Task> call, string expected)
    {
        var e = await Assert.ThrowsAnyAsync<StorageException>(call);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    private Task<ObjectEntry> PutAsync(string key) => _store.PutAsync(key, Encoding.UTF8.GetBytes("content"), PutCondition.None, Token);

    private async Task<List<string>> ListAsync(string prefix) => await _store.ListAsync(prefix, Token).Select(entry => entry.Key).ToListAsync(Token);

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
