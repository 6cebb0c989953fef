using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Local folders, as far as <c>Storage__LocalRoots</c> lets them in. One store a root, so that its writers share their locks.</summary>
internal sealed class LocalObjectStoreFactory(IOptions<StorageOptions> options, TimeProvider clock) : IObjectStoreFactory, IDisposable
{
    private const string FileScheme = "file://";
    private const string Setting = "Storage__LocalRoots";

    private readonly ConcurrentDictionary<string, Lazy<LocalObjectStore>> _stores = new();

    public string Form => "an absolute folder (/data/etl_jobs/related_items/shop)";

    public bool Accepts(string path) => path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) || Path.IsPathFullyQualified(path);

    public string Canonicalize(string path)
    {
        if (path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
        {
            path = Uri.TryCreate(path, UriKind.Absolute, out var address) && address.Host.Length == 0 && Path.IsPathFullyQualified(address.LocalPath)
                ? address.LocalPath
                : throw new ConnectorException(
                    FailureTypes.InvalidInput, $"\"{path}\" is no address of a local folder. Write file:///, then the path.", transient: false);
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ConnectorException(FailureTypes.InvalidInput, "A null character stands in the job path. Correct it.", transient: false);
        }

        return RealPath.Resolve(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
    }

    public IObjectStore Open(string root)
    {
        root = Check(root);
        return _stores.GetOrAdd(root, static (key, at) => new Lazy<LocalObjectStore>(() => new LocalObjectStore(key, at)), clock).Value;
    }

    public IObjectStore OpenForReading(string root) => new LocalObjectStore(Check(root), clock, tidies: false);

    private string Check(string root)
    {
        if (root.Length == 0)
        {
            root = Path.GetPathRoot(Path.GetFullPath("/"))!;
        }

        var taken = options.Value.LocalRoots;
        if (!taken.Any(folder => RealPath.IsWithin(root, Canonicalize(Path.GetFullPath(folder)))))
        {
            throw new ConnectorException(
                FailureTypes.LocationRefused,
                $"This worker does not take jobs below {root}: {Setting} {(taken.Count == 0 ? "is not set" : "holds " + string.Join(", ", taken))}. "
                + "Add the folder to it, or start the job where a worker has it.",
                transient: false);
        }

        return root;
    }

    public void RequireFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new ConnectorException(
                FailureTypes.InvalidInput, $"There is no job folder {path}. Look at the spelling, and whether the folder is mounted here.", transient: false);
        }
    }

    public void Dispose()
    {
        foreach (var store in _stores.Values.Where(store => store.IsValueCreated))
        {
            store.Value.Dispose();
        }
    }
}
