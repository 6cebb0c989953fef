namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A file system of its own, in memory and so small that a test can fill it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-disk-");
    private string _ballast = "";

    private SmallDisk()
    {
    }

    public string Path => _folder.FullName;

    /// <summary>Mounts it; skips the test at home where this user may not, and fails it in CI.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var (exitCode, output) = await Shell.RunAsync($"{Sudo}mount -t tmpfs -o size={megabytes}m,mode=0777 tmpfs '{disk.Path}'");
        if (exitCode != 0)
        {
            disk._folder.Delete();
            const string How = "A full disk needs the right to mount one: run the tests as root, or with sudo that asks for no password.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", How);
            Assert.Fail($"{How} {output}");
        }

        return disk;
    }

    /// <summary>Leaves so many bytes.</summary>
    public void Fill(long left)
    {
        _ballast = System.IO.Path.Combine(Path, "ballast");
        using var file = File.Create(_ballast);
        var size = new DriveInfo(Path).AvailableFreeSpace - left;
        for (var chunk = new byte[4096]; size > 0; size -= chunk.Length)
        {
            file.Write(chunk);
        }
    }

    public void MakeRoom() => File.Delete(_ballast);

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync($"{Sudo}umount -l '{Path}'");
        _folder.Delete();
    }

    private static string Sudo => Environment.IsPrivilegedProcess ? "" : "sudo -n ";
}
