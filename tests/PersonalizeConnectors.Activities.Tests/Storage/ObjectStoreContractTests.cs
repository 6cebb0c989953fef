using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Storage;

/// <summary>What every store keeps. A store joins by a subclass that makes an empty one for each test.</summary>
public abstract partial class ObjectStoreContractTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private IObjectStore _store = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected IObjectStore Store => _store;

    public async ValueTask InitializeAsync() => _store = await CreateStoreAsync();

    public async ValueTask DisposeAsync()
    {
        await DestroyStoreAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty store.</summary>
    protected abstract Task<IObjectStore> CreateStoreAsync();

    protected abstract Task DestroyStoreAsync();

    [Theory]
    [InlineData("a")]
    [InlineData("folder/below/folder/name.json.gz")]
    [InlineData("with space/and%20percent/plus+and=equals")]
    [InlineData("ünïcode/日本語/😀")]
    [InlineData("year=2026/month=01/day=31/time=235959/part-00000-20260131T235959Z-0123abcd.json.gz")]
    [InlineData("name.with..dots/and-dash_and~tilde")]
    public async Task Put_AnyKey_ReadsBackAndLists(string key)
    {
        var put = await PutAsync(key, "content");

        Assert.Equal("content", await ReadAsync(key));
        var found = (await _store.FindAsync(key, Token))!;
        Assert.Equal([found], await ListEntriesAsync(""));
        Assert.Equal(found with { LastModified = put.LastModified }, put);
        Assert.InRange(put.LastModified - found.LastModified, -Minute, Minute);
        Assert.Equal(7, put.Size);
        Assert.Equal(key, put.Key);
        Assert.Equal(TimeSpan.Zero, put.LastModified.Offset);
    }

    [Fact]
    public async Task Put_Empty_IsAnObject()
    {
        await PutAsync("empty", "");

        Assert.Equal("", await ReadAsync("empty"));
        Assert.Equal(0, (await _store.FindAsync("empty", Token))!.Size);
    }

    [Fact]
    public async Task Find_Absent_IsNull()
    {
        await PutAsync("folder/name", "content");

        Assert.Null(await _store.FindAsync("nothing", Token));
        Assert.Null(await _store.FindAsync("nothing/below", Token));
        Assert.Null(await _store.FindAsync("folder", Token));
    }

    [Fact]
    public async Task Open_Absent_IsNotFound()
    {
        await PutAsync("folder/name", "content");

        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("nothing", ByteRange.All, null, Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("nothing/below", ByteRange.From(3), null, Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("folder", ByteRange.All, null, Token));
    }

    [Theory]
    [InlineData(0L, null, "0123456789")]
    [InlineData(4L, null, "456789")]
    [InlineData(4L, 3L, "456")]
    [InlineData(4L, 100L, "456789")]
    [InlineData(0L, 1L, "0")]
    [InlineData(9L, 1L, "9")]
    [InlineData(10L, null, "")]
    [InlineData(5L, 0L, "")]
    public async Task Open_Range_GivesItsBytes(long offset, long? length, string expected)
    {
        await PutAsync("digits", "0123456789");

        await using var stream = await _store.OpenAsync("digits", new ByteRange(offset, length), null, Token);
        using var reader = new StreamReader(stream);

        Assert.Equal(expected, await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Open_WithETagOfAnotherContent_IsChanged()
    {
        var first = await PutAsync("key", "first");
        await using (await _store.OpenAsync("key", ByteRange.All, first.ETag, Token))
        {
        }

        await PutAsync("key", "other");

        await Assert.ThrowsAsync<ObjectChangedException>(() => _store.OpenAsync("key", ByteRange.All, first.ETag, Token));
    }

    [Fact]
    public async Task Open_WhileReplaced_GivesTheOldBytesWhole()
    {
        await PutAsync("key", new string('a', 300_000));
        await using var stream = await _store.OpenAsync("key", ByteRange.All, null, Token);
        var start = new byte[10];
        await stream.ReadExactlyAsync(start, Token);

        await PutAsync("key", new string('b', 300_000));
        using var reader = new StreamReader(stream);

        Assert.Equal(new string('a', 299_990), await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Put_Large_StreamsThrough()
    {
        const int Pieces = 40;
        var random = new Random(7);
        var piece = new byte[1 << 20];
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var writer = await _store.CreateAsync("large", PutCondition.None, Token))
        {
            for (var i = 0; i < Pieces; i++)
            {
                random.NextBytes(piece);
                written.AppendData(piece);
                await writer.Stream.WriteAsync(piece, Token);
            }

            Assert.Equal((long)Pieces << 20, (await writer.CommitAsync(Token)).Size);
        }

        await using var stream = await _store.OpenAsync("large", ByteRange.All, null, Token);

        Assert.Equal(written.GetHashAndReset(), await SHA256.HashDataAsync(stream, Token));
    }

    [Fact]
    public async Task List_MixedNames_IsInOrderOfUtf8Keys()
    {
        // '-' < '.' < '/' < '0': folder order is not key order. U+FF5E < U+1F600 in UTF-8, and the other way round in UTF-16.
        string[] keys = ["a/b", "a-b", "a.b", "a0", "a", "a/b-c", "a/B", "A", "～", "😀", "é", "b/c/d", "b/c.d", "b-c", "z z", "z%"];
        string[] stored = [.. keys.Where(key => key != "a")];
        foreach (var key in stored.Reverse())
        {
            await PutAsync(key, key);
        }

        var expected = stored.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal);

        Assert.Equal(expected, await ListAsync(""));
    }

    [Fact]
    public async Task List_Prefix_MayEndInTheMiddleOfAName()
    {
        foreach (var key in new[] { "part-1", "part-2/x", "part/3", "par", "other/part-1" })
        {
            await PutAsync(key, key);
        }

        Assert.Equal(["part-1", "part-2/x", "part/3"], await ListAsync("part"));
        Assert.Equal(["part-1", "part-2/x"], await ListAsync("part-"));
        Assert.Equal(["part/3"], await ListAsync("part/"));
        Assert.Equal(["part-2/x"], await ListAsync("part-2/x"));
        Assert.Equal(["other/part-1"], await ListAsync("other/p"));
        Assert.Empty(await ListAsync("part-1/"));
        Assert.Empty(await ListAsync("nothing/there/"));
        Assert.Empty(await ListAsync("part-2/x/y"));
    }

    [Fact]
    public async Task List_Thousands_GivesEachOnceInOrder()
    {
        const int Count = 3000;
        var random = new Random(11);
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        while (expected.Count < Count)
        {
            expected.Add(string.Create(
                CultureInfo.InvariantCulture, $"d{random.Next(9)}/e{random.Next(9)}/{(random.Next(2) == 0 ? "f/" : "")}{random.Next(100_000)}"));
        }

        await Parallel.ForEachAsync(expected, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (key, _) => await PutAsync(key, "x"));

        Assert.Equal(expected, await ListAsync("d"));
    }

    [Fact]
    public async Task ListFolders_Prefix_NamesNextSegmentsThatHoldObjects()
    {
        foreach (var key in new[] { "runs/2/report.json", "runs/1/a/b", "runs/1/a/c", "runs/file", "runs-not/3/x", "runs/1-b/x" })
        {
            await PutAsync(key, key);
        }

        Assert.Equal(["1-b", "1", "2"], await FoldersAsync("runs/"));
        Assert.Equal(["a"], await FoldersAsync("runs/1/"));
        Assert.Equal(["runs-not", "runs"], await FoldersAsync(""));
        Assert.Empty(await FoldersAsync("runs/2/"));
        Assert.Empty(await FoldersAsync("nothing/"));
    }

    [Fact]
    public async Task Delete_Object_RemovesItAlone()
    {
        await PutAsync("a/1", "x");
        await PutAsync("a/2", "x");

        await _store.DeleteAsync("a/1", Token);
        await _store.DeleteAsync("a/1", Token);
        await _store.DeleteAsync("never/there", Token);

        Assert.Equal(["a/2"], await ListAsync(""));
    }

    [Fact]
    public async Task ReadAll_TooLarge_IsRefused()
    {
        await PutAsync("key", "0123456789");

        Assert.Equal(10, (await _store.ReadAllAsync("key", 10, Token)).Length);
        var e = await Assert.ThrowsAsync<StorageException>(() => _store.ReadAllAsync("key", 9, Token));
        Assert.Contains("key is larger than the 9 bytes", e.Message, StringComparison.Ordinal);
    }

    protected Task<ObjectEntry> PutAsync(string key, string content, PutCondition? condition = null) =>
        _store.PutAsync(key, Encoding.UTF8.GetBytes(content), condition ?? PutCondition.None, Token);

    protected async Task<string> ReadAsync(string key) => Encoding.UTF8.GetString(await _store.ReadAllAsync(key, 1_000_000, Token));

    protected async Task<List<ObjectEntry>> ListEntriesAsync(string prefix) => await _store.ListAsync(prefix, Token).ToListAsync(Token);

    protected async Task<List<string>> ListAsync(string prefix) => [.. (await ListEntriesAsync(prefix)).Select(entry => entry.Key)];

    private async Task<List<string>> FoldersAsync(string prefix) => await _store.ListFoldersAsync(prefix, Token).ToListAsync(Token);
}
