using Microsoft.Extensions.Options;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>One download an object, run and process, however many activities ask for it at once.</summary>
internal sealed class Scratch : IScratch, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string RunId, string Address, string Key), ScratchFile> _files = [];
    private readonly string _scratchPath;
    private readonly Lazy<ScratchFolder> _folder;

    public Scratch(IOptions<ScratchOptions> options)
    {
        _scratchPath = Path.GetFullPath(options.Value.ScratchPath);
        _folder = new Lazy<ScratchFolder>(OpenFolder, LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Makes this process's folder and removes those of dead ones; otherwise done by the first use.</summary>
    public void Start() => _ = _folder.Value;

    public async Task<MappedObject> MapAsync(IObjectStore store, string key, string runId, CancellationToken cancellationToken)
    {
        var name = (runId, store.Address, key);
        ForgetEarlierRuns(store, key, runId);
        ScratchFile file;
        lock (_gate)
        {
            if (!_files.TryGetValue(name, out file!))
            {
                file = new ScratchFile(_folder.Value.NextFile(), store, key, Translate);
                _files.Add(name, file);
            }

            file.Users++;
        }

        try
        {
            return new MappedObject(await file.MapAsync().WaitAsync(cancellationToken), () => Release(name, file, failed: false));
        }
        catch
        {
            Release(name, file, failed: true);
            throw;
        }
    }

    public FileStream CreateTemporary(string runId)
    {
        var path = _folder.Value.NextFile();
        try
        {
            return new ScratchStream(path, e => Translate(e, path));
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw Translate(e, path);
        }
    }

    public void Forget(string runId)
    {
        List<ScratchFile> unused = [];
        lock (_gate)
        {
            foreach (var name in _files.Keys.Where(name => name.RunId == runId).ToArray())
            {
                _files.Remove(name, out var file);
                file!.Forgotten = true;
                if (file.Users == 0)
                {
                    unused.Add(file);
                }
            }
        }

        unused.ForEach(file => file.Dispose());
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }

        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }

    private static void Remove(Dictionary<(string RunId, string Address, string Key), ScratchFile> files, (string, string, string) name, ScratchFile file)
    {
        // A later download may stand under the name already.
        if (files.TryGetValue(name, out var current) && current == file)
        {
            files.Remove(name);
        }
    }

    private void Release((string, string, string) name, ScratchFile file, bool failed)
    {
        bool last;
        lock (_gate)
        {
            file.Users--;
            if (failed && (file.Users == 0 || file.HasFailed))
            {
                // Neither a failure nor a download that nobody waits for any more is kept: the next attempt begins anew.
                Remove(_files, name, file);
                file.Forgotten = true;
            }

            last = file.Users == 0 && file.Forgotten;
        }

        if (last)
        {
            file.Dispose();
        }
    }

    // Only the worker that reports a run is told of its end; at every other one its files would stay as long as the process.
    private void ForgetEarlierRuns(IObjectStore store, string key, string runId)
    {
        var end = key.IndexOf(runId + "/", StringComparison.Ordinal);
        if (end <= 0)
        {
            return;
        }

        var staging = key[..end];
        string[] earlier;
        lock (_gate)
        {
            earlier = [.. _files.Keys
                .Where(file => file.RunId != runId && file.Address == store.Address && file.Key.StartsWith(staging, StringComparison.Ordinal))
                .Select(file => file.RunId).Distinct()];
        }

        Array.ForEach(earlier, Forget);
    }

    private ScratchFolder OpenFolder()
    {
        try
        {
            return new ScratchFolder(_scratchPath);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw Translate(e, _scratchPath);
        }
    }

    private static StorageException Translate(Exception e, string path) => FileFailures.Translate(e, path, "write", "Worker__ScratchPath");
}
