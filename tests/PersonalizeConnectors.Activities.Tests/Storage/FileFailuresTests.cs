using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class FileFailuresTests
{
    [Fact]
    public void Write_FullDevice_NamesPathAndCure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using var device = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var stream = new WriteStream(device, e => FileFailures.Translate(e, "/data/key", "write", "Worker__ScratchPath"));

        var e = Assert.Throws<StorageException>(() => stream.Write(new byte[10]));

        Assert.Equal(
            "Cannot write /data/key: the disk is full. Free some space, or set Worker__ScratchPath to another folder; the run goes on where it stopped.",
            e.Message);
        Assert.True(e.IsTransient);
        Assert.Equal("Storage", e.Type);
    }

    [Fact]
    public async Task WriteAsync_FullDeviceBehindABuffer_IsToldAtTheFlush()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var device = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 4096);
        await using var stream = new WriteStream(device, e => FileFailures.Translate(e, "/data/key", "write"));
        await stream.WriteAsync(new byte[10], TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<StorageException>(() => stream.FlushAsync(TestContext.Current.CancellationToken));

        Assert.Contains("the disk is full", e.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(device.Dispose);
    }

    [Fact]
    public void Translate_Denied_NamesUserAndCure()
    {
        var e = FileFailures.Translate(new UnauthorizedAccessException(), "/nowhere/key", "write");

        Assert.StartsWith($"Cannot write /nowhere/key: access is denied to the user {Environment.UserName}.", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Theory]
    [InlineData(30, "the file system is read-only", false)]
    [InlineData(28, "the disk is full", true)]
    [InlineData(5, "Look at the disk", true)]
    public void Translate_UnixErrors_AreTold(int error, string expected, bool transient)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "numbers of Unix");
        var e = FileFailures.Translate(new IOException("message", error), "/nowhere/key", "write");

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Equal(transient, e.IsTransient);
    }

    [Fact]
    public void Translate_Missing_IsNotFound() =>
        Assert.StartsWith("There is no /nowhere/key.", Assert.IsType<ObjectNotFoundException>(
            FileFailures.Translate(new FileNotFoundException(), "/nowhere/key", "read")).Message, StringComparison.Ordinal);
}
