using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Opens inputs, compressed or not.</summary>
internal static class InputFile
{
    public const string Gzip = ".gz";

    public static async Task<Stream> OpenAsync(IObjectStore store, ObjectEntry entry, CancellationToken cancellationToken)
    {
        var stream = await store.OpenAsync(entry.Key, ByteRange.All, entry.ETag, cancellationToken);
        if (!entry.Key.EndsWith(Gzip, StringComparison.Ordinal))
        {
            return stream;
        }

        return new GZipStream(stream, CompressionMode.Decompress);
    }

    /// <summary>True for a key that ends in one of the endings, compressed or not.</summary>
    public static bool HasEnding(string key, params ReadOnlySpan<string> endings)
    {
        var name = key.EndsWith(Gzip, StringComparison.Ordinal) ? key[..^Gzip.Length] : key;
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
