using System.Globalization;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public abstract partial class ObjectStoreContractTests
{
    [Fact]
    public async Task Create_NotCommitted_LeavesNothing()
    {
        await using (var writer = await _store.CreateAsync("folder/key", PutCondition.None, Token))
        {
            await writer.Stream.WriteAsync(new byte[1000], Token);
            await writer.Stream.FlushAsync(Token);

            Assert.Null(await _store.FindAsync("folder/key", Token));
            Assert.Empty(await ListAsync(""));
        }

        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task Create_StreamClosedByItsUser_StillCommits()
    {
        await using var writer = await _store.CreateAsync("key", PutCondition.None, Token);
        await using (var text = new StreamWriter(writer.Stream))
        {
            await text.WriteAsync("text");
        }

        await writer.CommitAsync(Token);

        Assert.Equal("text", await ReadAsync("key"));
    }

    [Fact]
    public async Task Commit_IfAbsentAndThere_ConflictsAndKeepsTheOld()
    {
        await PutAsync("key", "first", PutCondition.IfAbsent);

        await Assert.ThrowsAsync<PutConflictException>(() => PutAsync("key", "second", PutCondition.IfAbsent));
        Assert.Equal("first", await ReadAsync("key"));
        Assert.Equal(["key"], await ListAsync(""));

        await _store.DeleteAsync("key", Token);
        await PutAsync("key", "third", PutCondition.IfAbsent);
        Assert.Equal("third", await ReadAsync("key"));
    }

    [Fact]
    public async Task Commit_IfUnchanged_ReplacesOnlyWhatWasRead()
    {
        var first = await PutAsync("key", "first");
        var second = await PutAsync("key", "other", PutCondition.IfUnchanged(first.ETag));

        await Assert.ThrowsAsync<PutConflictException>(() => PutAsync("key", "third", PutCondition.IfUnchanged(first.ETag)));
        Assert.Equal("other", await ReadAsync("key"));

        await _store.DeleteAsync("key", Token);
        await Assert.ThrowsAsync<PutConflictException>(() => PutAsync("key", "third", PutCondition.IfUnchanged(second.ETag)));
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task ETag_ManyReplacementsOfOneSize_AreAllDifferent()
    {
        const int Count = 200;
        var seen = new HashSet<string>();
        for (var i = 0; i < Count; i++)
        {
            var entry = await PutAsync("key", i.ToString("D5", CultureInfo.InvariantCulture));
            Assert.True(seen.Add(entry.ETag), $"replacement {i} has the ETag of an earlier one");
            Assert.Equal(entry.ETag, (await _store.FindAsync("key", Token))!.ETag);
        }
    }
}
