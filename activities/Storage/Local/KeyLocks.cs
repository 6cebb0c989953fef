using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>
/// One writer a key at a time, between tasks and between processes. Keys share a fixed number of lock files, which are never removed: their number
/// cannot grow, and nobody can hold a lock on a file that is no longer there.
/// </summary>
internal sealed class KeyLocks : IDisposable
{
    private const int Count = 64;

    // A lock is held for a rename. Who holds it for longer is stopped or hangs on its disk.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly string _folder;

    public KeyLocks(string root) => _folder = Path.Join(root, ".personalize-connectors", "locks");

    public async Task<IDisposable> TakeAsync(string key, CancellationToken cancellationToken)
    {
        var number = (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key)) % Count);
        var path = Path.Join(_folder, number.ToString("x2", CultureInfo.InvariantCulture));
        var gate = _gates[number];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return new Held(gate, await TakeFileAsync(path, cancellationToken));
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var gate in _gates)
        {
            gate.Dispose();
        }
    }

    private async Task<FileStream> TakeFileAsync(string path, CancellationToken cancellationToken)
    {
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                var taken = LocalFolders.InFolder(_folder, () => FileLock.TryTake(path, FileMode.OpenOrCreate));
                if (taken is not null)
                {
                    return taken;
                }
            }
            catch (Exception e) when (FileFailures.Covers(e))
            {
                throw FileFailures.Translate(e, path, "write");
            }

            if (Environment.TickCount64 > end)
            {
                throw new StorageException(
                    $"Another process has held the lock {path} for {Patience.TotalSeconds:0} seconds. Find it (lsof {path}) and end it.", transient: true);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private sealed class Held(SemaphoreSlim gate, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            gate.Release();
        }
    }
}
