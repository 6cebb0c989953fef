using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Writes an id table as a dictionary section: a row of <c>bytes</c>, by code.</summary>
internal static class IdDictionary
{
    private const int BlockBytes = 4 * 1024 * 1024;

    public static async Task WriteAsync(SectionedWriter target, int section, IdTable ids, CancellationToken cancellationToken)
    {
        using var block = new ByteWriter();
        var first = 0;
        for (var code = 0; code < ids.Count; code++)
        {
            block.WriteBytes(ids[code]);
            if (block.Length >= BlockBytes)
            {
                await target.WriteAsync(section, block.WrittenMemory, code + 1 - first, cancellationToken);
                block.Clear();
                first = code + 1;
            }
        }

        await target.WriteAsync(section, block.WrittenMemory, ids.Count - first, cancellationToken);
    }
}
