using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Counts the query items that have a result and that no row of the mapping names.</summary>
internal static class ItemsWithoutUsers
{
    public static async Task<long> CountAsync(OpenedRun run, ItemTable table, StepContext context)
    {
        var seen = new byte[(table.Count + 7) / 8];
        using var marks = new ByteWriter(Math.Max(seen.Length, 1));
        for (var chunk = 0; chunk < run.Plan.MappingChunks.Count; chunk++)
        {
            var source = await SectionedObject.OpenAsync(run.Store, run.Keys.MappingChunk(chunk), context.CancellationToken);
            marks.Clear();
            await source.ReadAsync(MappingSections.SeenItems, marks, context.CancellationToken);
            Merge(marks.Written, seen);
            context.Report(chunk + 1, run.Plan.MappingChunks.Count);
        }

        long count = 0;
        for (var item = 0; item < table.Count; item++)
        {
            if ((seen[item >> 3] & (1 << (item & 7))) == 0 && !table.Line(item).IsError)
            {
                count++;
            }
        }

        return count;
    }

    private static void Merge(ReadOnlySpan<byte> marks, Span<byte> seen)
    {
        for (var i = 0; i < Math.Min(marks.Length, seen.Length); i++)
        {
            seen[i] |= marks[i];
        }
    }
}
