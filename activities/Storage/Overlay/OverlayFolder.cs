using System.Globalization;
using Microsoft.Extensions.Options;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>
/// The private folder of this process's overlays below <c>Worker__ScratchPath</c>, one folder in it a root. Removed at the end; that of a killed process by the next
/// one that has scratch there.
/// </summary>
internal sealed class OverlayFolder(IOptions<ScratchOptions> options) : IDisposable
{
    private readonly Lazy<ScratchFolder> _folder = new(() => Make(Path.GetFullPath(options.Value.ScratchPath)));
    private int _roots;

    /// <summary>An empty folder for the changes of one root.</summary>
    public string Next()
    {
        var path = Path.Join(_folder.Value.Path, "root-" + Interlocked.Increment(ref _roots).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(path);
        return path;
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }

    private static ScratchFolder Make(string path)
    {
        try
        {
            return new ScratchFolder(path);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "write", "Worker__ScratchPath");
        }
    }
}
