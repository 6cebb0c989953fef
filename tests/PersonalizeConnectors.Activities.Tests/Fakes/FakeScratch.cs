using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>Scratch in a temporary folder of the test's own; maps every object anew.</summary>
internal sealed class FakeScratch : IScratch, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scratch-");
    private int _files;

    public async Task<MappedObject> MapAsync(IObjectStore store, string key, string runId, CancellationToken cancellationToken)
    {
        var path = NextPath();
        await using (var target = File.Create(path))
        {
            await using var source = await store.OpenAsync(key, ByteRange.All, null, cancellationToken);
            await source.CopyToAsync(target, cancellationToken);
        }

        var file = new MappedFile(path);
        return new(file, file.Dispose);
    }

    public FileStream CreateTemporary(string runId) =>
        new(NextPath(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);

    public void Forget(string runId)
    {
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string NextPath() => Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _files)}");
}
