using System.Collections.Concurrent;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>Opens the roots of another factory as overlays: one a root, so that every step of this process sees the same changes.</summary>
internal sealed class OverlayObjectStoreFactory(IObjectStoreFactory inner, OverlayFolder folder, TimeProvider clock) : IObjectStoreFactory, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<OverlayObjectStore>> _stores = new(StringComparer.Ordinal);

    public string Form => inner.Form;

    public bool Accepts(string path) => inner.Accepts(path);

    public string Canonicalize(string path) => inner.Canonicalize(path);

    public void RequireFolder(string path) => inner.RequireFolder(path);

    // Refusals are not kept: the same root is refused with the same sentence every time.
    public IObjectStore Open(string root) => _stores.GetOrAdd(
        root,
        key => new(() => new(inner.OpenForReading(key), new LocalObjectStore(folder.Next(), clock), clock), LazyThreadSafetyMode.PublicationOnly)).Value;

    public void Dispose()
    {
        foreach (var store in _stores.Values.Where(store => store.IsValueCreated))
        {
            store.Value.Dispose();
        }

        (inner as IDisposable)?.Dispose();
    }
}
