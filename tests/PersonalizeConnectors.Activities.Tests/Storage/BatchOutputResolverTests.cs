using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class BatchOutputResolverTests
{
    private const string Folder = "batch/shop/related/";

    private readonly ManualTime _time = new();
    private readonly FakeObjectStore _store;

    public BatchOutputResolverTests() => _store = new(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("batch/shop/related")]
    [InlineData("batch/shop/related/")]
    public async Task Resolve_FolderWithFiles_TakesThemInKeyOrderHoweverYoung(string prefix)
    {
        _store.Put(Folder + "b.json.out", "x");
        _store.Put(Folder + "a.json.out.gz", "x");
        _store.Put(Folder + "_CHECK", "");
        _store.Put(Folder + "empty.out", "");
        _store.Put(Folder + "job_config.json", "x");
        _store.Put(Folder + "run_2026_11_23_02_00_00/c.json.out", "x");
        _store.Put("batch/shop/related-2/d.json.out", "x");

        var found = Assert.IsType<BatchOutput.Found>(await ResolveAsync(prefix));

        Assert.Equal(Folder, found.Folder);
        Assert.Equal([Folder + "a.json.out.gz", Folder + "b.json.out"], found.Files.Select(f => f.Key));
        Assert.Empty(found.NewerFolders);
    }

    [Fact]
    public async Task Resolve_DatedRuns_TakesTheNewestByNameThatHasSettled()
    {
        PutRun("batch_related_2026_11_21_02_00_00", TimeSpan.FromMinutes(1));
        PutRun("batch_related_2026_11_22_02_00_00", TimeSpan.FromHours(24));
        PutRun("batch_related_2026_11_23_02_00_00", TimeSpan.FromSeconds(59));
        _store.Put(Folder + "batch_related_2026_11_24_02_00_00/_CHECK", "");

        var found = Assert.IsType<BatchOutput.Found>(await ResolveAsync());

        Assert.Equal(Folder + "batch_related_2026_11_22_02_00_00/", found.Folder);
        Assert.Equal(
            [Folder + "batch_related_2026_11_24_02_00_00/", Folder + "batch_related_2026_11_23_02_00_00/"], found.NewerFolders);

        _time.Advance(TimeSpan.FromSeconds(1));
        found = Assert.IsType<BatchOutput.Found>(await ResolveAsync());
        Assert.Equal(Folder + "batch_related_2026_11_23_02_00_00/", found.Folder);
    }

    [Fact]
    public async Task Resolve_RunWithSeveralFiles_SettlesWithItsNewest()
    {
        _store.Put(Folder + "r-2026-11-23-02-00-00/a.out", "x", Ago(TimeSpan.FromHours(1)));
        _store.Put(Folder + "r-2026-11-23-02-00-00/b.out", "x", Ago(TimeSpan.FromSeconds(10)));

        var missing = Assert.IsType<BatchOutput.Missing>(await ResolveAsync());

        Assert.Equal(BatchOutputReason.StillWritten, missing.Reason);
        Assert.Contains("r-2026-11-23-02-00-00", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch_related_2026_11_23_02_00_00")]
    [InlineData("related-2026-11-23-02-00-00")]
    [InlineData("2026-11-23T02:00:00Z")]
    [InlineData("r_20261123_020000")]
    [InlineData("r_20261123T020000Z")]
    [InlineData("r 2026-11-23 02.00")]
    [InlineData("solution-9_2026-11-23")]
    public async Task Resolve_FolderNameThatEndsInATimestamp_IsARun(string name)
    {
        PutRun("batch_old_2026_11_22_23_59_59", TimeSpan.FromHours(9));
        PutRun(name, TimeSpan.FromHours(8));

        Assert.Equal(Folder + name + "/", Assert.IsType<BatchOutput.Found>(await ResolveAsync()).Folder);
    }

    [Theory]
    [InlineData("archive")]
    [InlineData("2026_11_23_02_00_00_copy")]
    [InlineData("r_2026_13_23_02_00_00")]
    [InlineData("r_2026_02_30_02_00_00")]
    [InlineData("r_2026_11_23_24_00_00")]
    public async Task Resolve_OtherFolders_AreNoRuns(string name)
    {
        PutRun(name, TimeSpan.FromHours(8));

        var missing = Assert.IsType<BatchOutput.Missing>(await ResolveAsync());

        Assert.Equal(BatchOutputReason.NoOutputFiles, missing.Reason);
        Assert.Contains(name, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_SameTimestamp_TakesTheOneWrittenLast()
    {
        PutRun("a_2026_11_23_02_00_00", TimeSpan.FromMinutes(20));
        PutRun("b_2026_11_23_02_00_00", TimeSpan.FromMinutes(30));

        Assert.Equal(Folder + "a_2026_11_23_02_00_00/", Assert.IsType<BatchOutput.Found>(await ResolveAsync()).Folder);
    }

    [Fact]
    public async Task Resolve_NothingToRead_NamesTheReason()
    {
        await ExpectAsync(BatchOutputReason.NoSuchFolder);

        _store.Put(Folder, ""); // A folder's marker.
        await ExpectAsync(BatchOutputReason.NoSuchFolder);

        _store.Put(Folder + "run_2026_11_23_02_00_00/_CHECK", "");
        await ExpectAsync(BatchOutputReason.OnlyChecks);

        _store.Put(Folder + "readme.txt", "x");
        await ExpectAsync(BatchOutputReason.NoOutputFiles);

        _store.Put(Folder + "run_2026_11_23_02_00_00/a.out", "");
        await ExpectAsync(BatchOutputReason.OnlyEmptyFiles);
    }

    [Fact]
    public async Task ListAsync_SecondLook_SeesWhatChanged()
    {
        PutRun("run_2026_11_23_02_00_00", TimeSpan.FromHours(1));
        var found = Assert.IsType<BatchOutput.Found>(await ResolveAsync());

        Assert.Equal(found.Files, await BatchOutputResolver.ListAsync(_store, found.Folder, Token));

        _store.Put(found.Files[0].Key, "other");
        Assert.NotEqual(found.Files, await BatchOutputResolver.ListAsync(_store, found.Folder, Token));
    }

    private DateTimeOffset Ago(TimeSpan age) => _time.GetUtcNow() - age;

    private void PutRun(string name, TimeSpan age) => _store.Put($"{Folder}{name}/job_config.json.out", "x", Ago(age));

    private Task<BatchOutput> ResolveAsync(string prefix = Folder) => new BatchOutputResolver(_time).ResolveAsync(_store, prefix, 60, Token);

    private async Task ExpectAsync(BatchOutputReason reason)
    {
        var missing = Assert.IsType<BatchOutput.Missing>(await ResolveAsync());
        Assert.Equal(reason, missing.Reason);
        Assert.Contains(Folder, missing.Message, StringComparison.Ordinal);
    }
}
