using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Opens inputs, compressed or not.</summary>
internal static class InputFile
{
    public static async Task<Stream> OpenAsync(IObjectStore store, ObjectEntry entry, CancellationToken cancellationToken)
    {
        var stream = await store.OpenAsync(entry.Key, ByteRange.All, entry.ETag, cancellationToken);
        if (!entry.Key.EndsWith(".gz", StringComparison.Ordinal))
        {
            return stream;
        }

        return new GZipStream(stream, CompressionMode.Decompress);
    }
}
