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

    [Fact]
    public async Task Commit_IfAbsentByManyTasks_ExactlyOneWins()
    {
        const int Rounds = 20;
        const int Tasks = 16;
        for (var round = 0; round < Rounds; round++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"race/{round}");
            var won = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(i => Task.Run(() => TryPutAsync(key, $"{i}", PutCondition.IfAbsent))));

            var winner = Assert.Single(Enumerable.Range(0, Tasks), i => won[i]);
            Assert.Equal(winner.ToString(CultureInfo.InvariantCulture), await ReadAsync(key));
        }
    }

    [Fact]
    public async Task Commit_IfUnchangedByManyTasks_LosesNoUpdate()
    {
        const int Tasks = 8;
        const int Times = 25;
        await PutAsync("number", "0");
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Times;)
            {
                var entry = await _store.FindAsync("number", Token);
                var number = int.Parse(await ReadAsync("number"), CultureInfo.InvariantCulture);
                if (await TryPutAsync("number", (number + 1).ToString(CultureInfo.InvariantCulture), PutCondition.IfUnchanged(entry!.ETag)))
                {
                    done++;
                }
            }
        })));

        Assert.Equal((Tasks * Times).ToString(CultureInfo.InvariantCulture), await ReadAsync("number"));
    }

    private async Task<bool> TryPutAsync(string key, string content, PutCondition condition)
    {
        try
        {
            await PutAsync(key, content, condition);
            return true;
        }
        catch (PutConflictException)
        {
            return false;
        }
    }
}
