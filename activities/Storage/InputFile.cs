using System.IO.Compression;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Opens inputs, compressed or not.</summary>
internal static class InputFile
{
    public static PlannedFile Of(ObjectEntry entry) => new(entry.Key, entry.Size, entry.ETag);

    /// <summary>The whole file, decompressed, on condition of its ETag.</summary>
    public static async Task<Stream> OpenAsync(IObjectStore store, PlannedFile file, CancellationToken cancellationToken) =>
        TextOf(file, await store.OpenAsync(file.Key, ByteRange.All, file.ETag, cancellationToken));

    /// <param name="source">The file's bytes; closed with the result.</param>
    public static Stream TextOf(PlannedFile file, Stream source) => file.IsGzip ? new GZipStream(source, CompressionMode.Decompress) : source;
}
