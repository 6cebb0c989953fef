using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Private files of this worker process under <c>Worker__ScratchPath</c>; removed when their run ends or the process starts anew.</summary>
public interface IScratch
{
    /// <summary>Downloads the object once a run and process and maps it into memory; every caller of the run shares the mapping, and disposes its lease.</summary>
    Task<MappedObject> MapAsync(IObjectStore store, string key, string runId, CancellationToken cancellationToken);

    /// <summary>A new file for an activity's own use; deleted when closed.</summary>
    FileStream CreateTemporary(string runId);

    /// <summary>Removes the run's files as soon as nobody uses them.</summary>
    void Forget(string runId);
}

/// <summary>A lease on a mapped object.</summary>
public sealed class MappedObject(MappedFile file, Action release) : IDisposable
{
    private Action? _release = release;

    public MappedFile File { get; } = file;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
