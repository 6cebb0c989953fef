using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Plan;

/// <summary>Cuts files into chunks of about equal work, in the order of the files.</summary>
internal static class ChunkPlanner
{
    /// <summary>Smallest chunk: below it an activity costs more than its work. Chunks grow from here, never in number beyond the limit.</summary>
    public const long SmallestChunk = 16L << 20;

    // Personalize's output shrinks to about a sixth; what a gzip file costs is its uncompressed size.
    private const long GzipFactor = 6;

    /// <param name="files">In key order.</param>
    /// <param name="canCut">False for formats whose rows may hold line ends.</param>
    /// <param name="mostChunks">A step has no more activities.</param>
    public static IReadOnlyList<PlannedChunk> Cut(IReadOnlyList<PlannedFile> files, bool canCut, int mostChunks)
    {
        // A file that cannot be cut may overshoot a chunk by its whole size, so the target leaves room: half the chunks for the cut, half for the rest.
        var target = Math.Max(SmallestChunk, files.Sum(Work) / Math.Max(1, mostChunks / 2));
        var chunks = new List<PlannedChunk>();
        var pieces = new List<PlannedPiece>();
        long filled = 0;
        for (var file = 0; file < files.Count; file++)
        {
            var wholeOnly = !canCut || files[file].IsGzip;
            long start = 0;
            do
            {
                var end = wholeOnly ? files[file].Size : Math.Min(files[file].Size, start + target - filled);
                pieces.Add(new(file, start, end));
                filled += wholeOnly ? Work(files[file]) : end - start;
                start = end;
                if (filled >= target)
                {
                    chunks.Add(new([.. pieces]));
                    pieces.Clear();
                    filled = 0;
                }
            }
            while (start < files[file].Size);
        }

        if (pieces.Count > 0)
        {
            chunks.Add(new([.. pieces]));
        }

        return chunks;
    }

    /// <summary>Bytes a file stands for when it is read.</summary>
    public static long Work(PlannedFile file) => file.IsGzip ? file.Size * GzipFactor : file.Size;
}
