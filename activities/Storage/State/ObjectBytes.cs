namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>Small objects, whole.</summary>
internal static class ObjectBytes
{
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    public static async Task<byte[]> ReadAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenAsync(key, ByteRange.All, ifETag: null, cancellationToken);
        return await ReadToEndAsync(stream, cancellationToken);
    }

    /// <summary>The bytes of an object as it was found.</summary>
    /// <exception cref="ObjectChangedException">It is another one by now.</exception>
    public static async Task<byte[]> ReadAsync(IObjectStore store, ObjectEntry entry, ByteRange range, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenAsync(entry.Key, range, entry.ETag, cancellationToken);
        return await ReadToEndAsync(stream, cancellationToken);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }
}
