using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Tests.Processes;

namespace PersonalizeConnectors.Activities.Tests.Storage.Local;

/// <summary>The conditions between processes, and a process killed in the middle of a write.</summary>
public sealed class LocalObjectStoreProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalObjectStore _store;

    public LocalObjectStoreProcessTests() => _store = new LocalObjectStore(_folder.Path, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PutIfAbsent_ByProcesses_EachKeyIsWonOnce()
    {
        const int Keys = 100;
        var children = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => ChildProcess.StartAsync(
            ChildRoles.PutIfAbsent, _folder.Path, i.ToString(CultureInfo.InvariantCulture), Keys.ToString(CultureInfo.InvariantCulture))));
        var won = await RunAsync(children);

        Assert.Equal(Keys, won.Sum());
        var entries = await _store.ListAsync("race/", Token).ToListAsync(Token);
        Assert.Equal(Keys, entries.Count);
        foreach (var entry in entries)
        {
            var content = await _store.ReadAllAsync(entry.Key, 10_000, Token);
            Assert.Equal(10_000, content.Length);
            Assert.Single(content.Distinct());
        }
    }

    [Fact]
    public async Task PutIfUnchanged_ByProcesses_LosesNoUpdate()
    {
        const int Times = 40;
        await _store.PutAsync("number", "000000"u8.ToArray(), PutCondition.None, Token);
        var children = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ChildProcess.StartAsync(
            ChildRoles.Count, _folder.Path, Times.ToString(CultureInfo.InvariantCulture))));
        var codes = await RunAsync(children);

        Assert.All(codes, code => Assert.Equal(0, code));
        Assert.Equal(3 * Times, int.Parse(Encoding.UTF8.GetString(await _store.ReadAllAsync("number", 6, Token)), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Writer_ItsProcessIsKilled_LeavesNothingThatShows()
    {
        using (var child = await ChildProcess.StartAsync(ChildRoles.WriteAndWait, _folder.Path, "folder/key"))
        {
            Assert.Single(Directory.GetFiles(_folder.At("folder")));
            await child.KillAsync();
        }

        Assert.Empty(await _store.ListAsync("", Token).ToListAsync(Token));
        Assert.Null(await _store.FindAsync("folder/key", Token));
        await _store.PutAsync("folder/key", new byte[10], PutCondition.IfAbsent, Token);
        Assert.Equal(10, (await _store.FindAsync("folder/key", Token))!.Size);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static async Task<int[]> RunAsync(ChildProcess[] children)
    {
        try
        {
            foreach (var child in children)
            {
                child.Go();
            }

            return await Task.WhenAll(children.Select(child => child.EndAsync()));
        }
        finally
        {
            foreach (var child in children)
            {
                child.Dispose();
            }
        }
    }
}
