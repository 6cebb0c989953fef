using System.Globalization;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Holds every lock of a local root, so that whatever any process writes next waits in the middle of its step until this is disposed.</summary>
internal sealed class FrozenStore : IDisposable
{
    private const int Locks = 64;

    private readonly List<FileStream> _held = [];

    private FrozenStore()
    {
    }

    public static FrozenStore Freeze(string root)
    {
        var frozen = new FrozenStore();
        var folder = Path.Combine(root, ".personalize-connectors", "locks");
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Locks; i++)
        {
            var path = Path.Combine(folder, i.ToString("x2", CultureInfo.InvariantCulture));
            FileStream? held;
            while ((held = FileLock.TryTake(path, FileMode.OpenOrCreate)) is null)
            {
                Thread.Yield();
            }

            frozen._held.Add(held);
        }

        return frozen;
    }

    public void Dispose() => _held.ForEach(f => f.Dispose());
}
