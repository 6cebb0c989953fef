namespace PersonalizeConnectors.Activities.Storage;

/// <summary>What every store can do with the few operations it has.</summary>
public static class ObjectStoreExtensions
{
    /// <summary>The whole object.</summary>
    /// <param name="maxBytes">Refused beyond, so that a wrong key cannot fill the memory.</param>
    /// <exception cref="ObjectNotFoundException">No such object.</exception>
    public static async Task<byte[]> ReadAllAsync(this IObjectStore store, string key, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenAsync(key, ByteRange.All, ifETag: null, cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[Math.Min(maxBytes + 1L, 65_536)];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > maxBytes)
            {
                throw new StorageException(
                    $"{store.Address}/{key} is larger than the {maxBytes} bytes that such a file may have. Look whether it is the right file.",
                    transient: false);
            }

            await bytes.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return bytes.ToArray();
    }

    /// <summary>Puts the bytes as one object.</summary>
    /// <exception cref="PutConflictException">The condition did not hold; nothing was replaced.</exception>
    public static async Task<ObjectEntry> PutAsync(
        this IObjectStore store, string key, ReadOnlyMemory<byte> bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        await using var writer = await store.CreateAsync(key, condition, cancellationToken);
        await writer.Stream.WriteAsync(bytes, cancellationToken);
        return await writer.CommitAsync(cancellationToken);
    }
}
