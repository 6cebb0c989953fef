using System.Text;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

public sealed class FakeObjectStoreTests
{
    private readonly FakeObjectStore _store = new(new ManualTime());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_KeysBeyondTheBasicPlane_AreInOrderOfTheirBytes()
    {
        _store.Put("a/\uFFFD", "1");
        _store.Put("a/\U0001F600", "2");
        _store.Put("b", "3");

        var keys = new List<string>();
        await foreach (var entry in _store.ListAsync("a/", Token))
        {
            keys.Add(entry.Key);
        }

        Assert.Equal(["a/\uFFFD", "a/\U0001F600"], keys);
    }

    [Fact]
    public async Task OpenAsync_Range_GivesThoseBytes()
    {
        _store.Put("k", "0123456789");

        await using var stream = await _store.OpenAsync("k", new ByteRange(3, 4), null, Token);
        using var reader = new StreamReader(stream);

        Assert.Equal("3456", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task OpenAsync_OtherETag_Throws()
    {
        _store.Put("k", "old");
        var entry = await _store.FindAsync("k", Token);
        _store.Put("k", "new");

        await Assert.ThrowsAsync<ObjectChangedException>(() => _store.OpenAsync("k", ByteRange.All, entry!.ETag, Token));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("none", ByteRange.All, null, Token));
    }

    [Fact]
    public async Task CreateAsync_Condition_IsCheckedAtTheCommit()
    {
        await using var writer = await _store.CreateAsync("k", PutCondition.IfAbsent, Token);
        await writer.Stream.WriteAsync("mine"u8.ToArray(), Token);
        _store.Put("k", "theirs");
        var theirs = await _store.FindAsync("k", Token);

        await Assert.ThrowsAsync<PutConflictException>(() => writer.CommitAsync(Token));

        await using var second = await _store.CreateAsync("k", PutCondition.IfUnchanged(theirs!.ETag), Token);
        await second.Stream.WriteAsync("mine"u8.ToArray(), Token);
        await second.CommitAsync(Token);
        Assert.Equal("mine", Encoding.UTF8.GetString(_store["k"]));
    }

    [Fact]
    public async Task CreateAsync_WithoutCommit_LeavesNothing()
    {
        await using (var writer = await _store.CreateAsync("k", PutCondition.None, Token))
        {
            await writer.Stream.WriteAsync("x"u8.ToArray(), Token);
        }

        Assert.Empty(_store.Keys);
    }
}
