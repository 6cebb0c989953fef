using System.Text;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Tests.Processes;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class ScratchTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeObjectStore _store = new();
    private readonly Scratch _scratch;
    private int _opened;

    public ScratchTests()
    {
        _scratch = Open(_folder.Path);
        _store.OnCall = (operation, _) =>
        {
            if (operation == "open")
            {
                Interlocked.Increment(ref _opened);
            }
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int FilesOnDisk => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Count(path => !path.EndsWith(".lock", StringComparison.Ordinal));

    [Fact]
    public async Task Map_ManyCallersAtOnce_DownloadOnce()
    {
        _store.Put("../key with/strange: name", new byte[3_000_000]);

        var mapped = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => MapAsync("../key with/strange: name"))));

        Assert.Equal(1, _opened);
        Assert.Equal(1, FilesOnDisk);
        Assert.All(mapped, lease => Assert.Same(mapped[0].File, lease.File));
        Assert.Equal(3_000_000, mapped[0].File.Length);
        Array.ForEach(mapped, lease => lease.Dispose());
    }

    [Fact]
    public async Task Map_ReleasedAndAskedForAgain_StillMapped()
    {
        _store.Put("key", "content");
        (await MapAsync("key")).Dispose();

        using var again = await MapAsync("key");

        Assert.Equal(1, _opened);
        Assert.Equal("content", Encoding.UTF8.GetString(again.File.Slice(0, 7)));
    }

    [Fact]
    public async Task Map_OtherRunOrKey_IsAnotherFile()
    {
        _store.Put("a", "content of a");
        _store.Put("b", "content of b");

        using var a = await MapAsync("a");
        using var b = await MapAsync("b");
        using var other = await _scratch.MapAsync(_store, "a", "run-2", Token);

        Assert.Equal(3, _opened);
        Assert.Equal("content of b", Encoding.UTF8.GetString(b.File.Slice(0, 12)));
    }

    /// <summary>Another worker reported the earlier run; nobody tells this one that it is over.</summary>
    [Fact]
    public async Task Map_NextRunOfTheJob_RemovesTheFilesOfTheOneBefore()
    {
        foreach (var key in new[] { "shop/staging/run-1/table", "shop/staging/run-2/table", "other/staging/run-0/table" })
        {
            _store.Put(key, key);
        }

        (await _scratch.MapAsync(_store, "shop/staging/run-1/table", "run-1", Token)).Dispose();
        using var other = await _scratch.MapAsync(_store, "other/staging/run-0/table", "run-0", Token);
        var late = await _scratch.MapAsync(_store, "shop/staging/run-1/table", "run-1", Token);
        using var next = await _scratch.MapAsync(_store, "shop/staging/run-2/table", "run-2", Token);

        Assert.Equal("shop/staging/run-1", Encoding.UTF8.GetString(late.File.Slice(0, 18)));
        late.Dispose();
        Assert.Equal(2, FilesOnDisk);
    }

    [Fact]
    public async Task Map_Empty_HasNoBytes()
    {
        _store.Put("key", "");

        using var lease = await MapAsync("key");

        Assert.Equal(0, lease.File.Length);
    }

    [Fact]
    public async Task Forget_InUse_RemovesTheFileAfterItsLastLease()
    {
        _store.Put("key", "content");
        _store.Put("unused", "content");
        var first = await MapAsync("key");
        var second = await MapAsync("key");
        (await MapAsync("unused")).Dispose();

        _scratch.Forget("run-1");
        Assert.Equal(1, FilesOnDisk);
        first.Dispose();
        first.Dispose();
        Assert.Equal("content", Encoding.UTF8.GetString(second.File.Slice(0, 7)));
        second.Dispose();

        Assert.Equal(0, FilesOnDisk);
        (await MapAsync("key")).Dispose();
        Assert.Equal(3, _opened);
    }

    [Fact]
    public async Task Map_DownloadFailed_IsTriedAnewByTheNext()
    {
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => MapAsync("key"));
        _store.Put("key", "content");

        using var lease = await MapAsync("key");

        Assert.Equal(7, lease.File.Length);
        Assert.Equal(1, FilesOnDisk);
    }

    [Fact]
    public async Task Map_OneCallerCancels_OthersGetTheirs()
    {
        _store.Put("key", "content");
        using var open = new ManualResetEventSlim();
        _store.OnCall = (operation, _) =>
        {
            if (operation == "open")
            {
                open.Wait(Token);
            }
        };
        using var cancel = new CancellationTokenSource();
        var first = _scratch.MapAsync(_store, "key", "run-1", cancel.Token);
        var second = MapAsync("key");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        open.Set();

        using var lease = await second;
        Assert.Equal(7, lease.File.Length);
    }

    [Fact]
    public void CreateTemporary_Closed_IsDeleted()
    {
        using (var file = _scratch.CreateTemporary("run-1"))
        {
            file.Write("content"u8);
            file.Position = 0;
            Assert.Equal('c', file.ReadByte());
            Assert.Equal(1, FilesOnDisk);
        }

        Assert.Equal(0, FilesOnDisk);
    }

    [Fact]
    public void Dispose_Always_RemovesTheProcessFolder()
    {
        using var kept = _scratch.CreateTemporary("run-1");
        using (var other = Open(_folder.Path))
        {
            other.Start();
            Assert.Equal(2, Directory.GetDirectories(_folder.Path).Length);
        }

        Assert.Single(Directory.GetFileSystemEntries(_folder.Path), Directory.Exists);
        Assert.Single(Directory.GetFiles(_folder.Path, "*.lock"));
    }

    [Fact]
    public async Task Start_FolderOfAKilledProcess_IsRemovedAndThatOfALivingOneIsNot()
    {
        using var living = await ChildProcess.StartAsync(ChildRoles.UseScratch, _folder.Path);
        using var killed = await ChildProcess.StartAsync(ChildRoles.UseScratch, _folder.Path);
        Assert.Equal(2, Directory.GetDirectories(_folder.Path).Length);
        await killed.KillAsync();

        _scratch.Start();

        Assert.Equal(2, Directory.GetDirectories(_folder.Path).Length);
        Assert.Equal(2, Directory.GetFiles(_folder.Path, "*.lock").Length);
        Assert.Equal(1, FilesOnDisk);
    }

    [Fact]
    public void CreateTemporary_PathCannotBeUsed_NamesTheSetting()
    {
        using var scratch = Open(_folder.Write("file", "x") + "/scratch");

        var e = Assert.Throws<StorageException>(() => scratch.CreateTemporary("run-1"));

        Assert.Contains("is a file where a folder is needed", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ScratchStream_DiskFull_NamesPathAndSetting(int way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var path = _folder.At("full");
        File.CreateSymbolicLink(path, "/dev/full");
        await using var file = new ScratchStream(path, e => FileFailures.Translate(e, path, "write", "Worker__ScratchPath"), FileMode.Open);

        var e = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            switch (way)
            {
                case 0:
                    await file.WriteAsync(new byte[1_000_000], Token);
                    break;
                case 1:
                    WriteSpan(file, new byte[1_000_000]);
                    break;
                default:
                    await file.WriteAsync(new byte[10], Token);
                    await file.FlushAsync(Token);
                    break;
            }
        });

        Assert.StartsWith(
            $"Cannot write {path}: the disk is full. Free some space, or set Worker__ScratchPath to another folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTemporary_AnyWayToWrite_KeepsTheBytes()
    {
        var random = new Random(5);
        var expected = new byte[700_000];
        random.NextBytes(expected);
        await using var file = _scratch.CreateTemporary("run-1");
        WriteSpan(file, expected.AsSpan(0, 200_001));
        await file.WriteAsync(expected.AsMemory(200_001, 300_000), Token);
        WriteSpan(file, expected.AsSpan(500_001, 7));
        await file.WriteAsync(expected.AsMemory(500_008), Token);
        file.Position = 0;
        var actual = new byte[expected.Length];

        await file.ReadExactlyAsync(actual, Token);

        Assert.Equal(expected, actual);
        Assert.Equal(expected.Length, file.Length);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _folder.Dispose();
    }

    private static void WriteSpan(FileStream file, ReadOnlySpan<byte> bytes) => file.Write(bytes);

    private static Scratch Open(string path) => new(Options.Create(new ScratchOptions { ScratchPath = path }));

    private Task<MappedObject> MapAsync(string key) => _scratch.MapAsync(_store, key, "run-1", Token);
}
