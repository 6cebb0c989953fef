using System.Globalization;
using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Finds the batch output at <c>batchInferencePath</c>: a folder that has <c>.out</c> files is taken as it is, finished; otherwise the newest of
/// its dated folders whose newest <c>.out</c> has settled.
/// </summary>
public sealed partial class BatchOutputResolver(TimeProvider time)
{
    /// <summary>How many folders a message names.</summary>
    private const int NamedFolders = 3;

    /// <summary>The batch output's files, or why there are none.</summary>
    /// <param name="prefix">The folder's key, with or without a trailing slash.</param>
    /// <param name="settleSeconds">How old the newest file of a dated folder must be.</param>
    public async Task<BatchOutput> ResolveAsync(IObjectStore store, string prefix, int settleSeconds, CancellationToken cancellationToken)
    {
        var folder = AsFolder(prefix);
        var seen = new Listing(folder);
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
        {
            seen.Add(entry);
        }

        if (seen.Files.Count > 0)
        {
            return new BatchOutput.Found(folder, seen.Files, []);
        }

        var dated = seen.Folders
            .Where(run => run.Date is not null)
            .OrderByDescending(run => run.Date)
            .ThenByDescending(run => run.Newest)
            .ToList();
        var settled = time.GetUtcNow() - TimeSpan.FromSeconds(settleSeconds);
        var finished = dated.FindIndex(run => run.Files.Count > 0 && run.Newest <= settled);
        if (finished >= 0)
        {
            return new BatchOutput.Found(dated[finished].Folder, dated[finished].Files, [.. dated.Take(finished).Select(run => run.Folder)]);
        }

        var address = AddressOf(store, folder);
        return dated.Exists(run => run.Files.Count > 0)
            ? new BatchOutput.Missing(BatchOutputReason.StillWritten, DescribeUnsettled(address, dated, settleSeconds))
            : DescribeEmpty(address, seen, dated);
    }

    /// <summary>The batch output files of one folder, in key order; for a second look at what <see cref="ResolveAsync"/> found.</summary>
    /// <param name="folder"><see cref="BatchOutput.Found.Folder"/>.</param>
    public static async Task<IReadOnlyList<ObjectEntry>> ListAsync(IObjectStore store, string folder, CancellationToken cancellationToken)
    {
        var seen = new Listing(AsFolder(folder));
        await foreach (var entry in store.ListAsync(AsFolder(folder), cancellationToken))
        {
            seen.Add(entry);
        }

        return seen.Files;
    }

    private static string AsFolder(string prefix) => prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";

    private static string AddressOf(IObjectStore store, string folder) => $"{store.Address.TrimEnd('/')}/{folder}";

    private static string DescribeUnsettled(string address, List<RunFolder> dated, int settleSeconds)
    {
        var newest = dated.First(run => run.Files.Count > 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{address}: the newest file of {newest.Name} is younger than {settleSeconds} s, and no older run is there. Wait, or lower settleSeconds.");
    }

    private static BatchOutput.Missing DescribeEmpty(string address, Listing seen, List<RunFolder> dated)
    {
        var zeroSize = seen.ZeroSize + seen.Folders.Sum(run => run.ZeroSize);
        if (zeroSize > 0)
        {
            return new(BatchOutputReason.OnlyEmptyFiles, $"{address}: its .out files are empty ({zeroSize}). The batch job wrote nothing, or a copy is under way.");
        }

        if (seen.Count == 0)
        {
            return new(BatchOutputReason.NoSuchFolder, $"{address}: nothing is there. Check batchInferencePath, or run the batch inference job first.");
        }

        if (seen.Checks == seen.Count)
        {
            return new(BatchOutputReason.OnlyChecks, $"{address}: only _CHECK is there, which Personalize leaves when a job begins. Wait for its .out files.");
        }

        var others = seen.Folders.Except(dated).Select(run => run.Name).Take(NamedFolders).ToList();
        return new(
            BatchOutputReason.NoOutputFiles,
            $"{address}: no .out file is there, nor in a folder whose name ends in a date and time"
            + (others.Count == 0 ? "." : $" (but the folders {string.Join(", ", others)})."));
    }

    private static DateTime? DateOf(string folderName)
    {
        var match = Timestamp().Match(folderName);
        if (!match.Success)
        {
            return null;
        }

        var parts = new int[6];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = match.Groups[i + 1] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
        }

        var isDate = parts[0] >= 1 && parts[1] is >= 1 and <= 12 && parts[2] >= 1 && parts[2] <= DateTime.DaysInMonth(parts[0], parts[1])
            && parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
        return isDate ? new DateTime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], DateTimeKind.Utc) : null;
    }

    /// <summary>Year to second, however separated; the time may be absent.</summary>
    [GeneratedRegex(@"(?<![0-9])([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?:[-_.T ]?([0-9]{2})[-_.:]?([0-9]{2})(?:[-_.:]?([0-9]{2}))?Z?)?\z")]
    private static partial Regex Timestamp();

    /// <summary>What lies directly in the folder, and directly in each of its folders.</summary>
    private sealed class Listing(string folder)
    {
        private readonly Dictionary<string, RunFolder> _folders = new(StringComparer.Ordinal);

        public List<ObjectEntry> Files { get; } = [];

        public IReadOnlyCollection<RunFolder> Folders => _folders.Values;

        public int Count { get; private set; }

        public int Checks { get; private set; }

        public int ZeroSize { get; private set; }

        public void Add(ObjectEntry entry)
        {
            var below = entry.Key[folder.Length..];
            if (below.Length == 0 || below.EndsWith('/'))
            {
                return; // The marker that some tools put for a folder.
            }

            Count++;
            var slash = below.IndexOf('/', StringComparison.Ordinal);
            if (below[(below.LastIndexOf('/') + 1)..] == "_CHECK")
            {
                Checks++;
            }

            if (slash < 0)
            {
                ZeroSize += Take(entry, Files);
                return;
            }

            var name = below[..slash];
            if (!_folders.TryGetValue(name, out var run))
            {
                _folders.Add(name, run = new(folder + name + "/", name, DateOf(name)));
            }

            if (below.IndexOf('/', slash + 1) < 0)
            {
                run.ZeroSize += Take(entry, run.Files);
            }
        }

        private static int Take(ObjectEntry entry, List<ObjectEntry> files)
        {
            var isOutput = entry.Key.EndsWith(".out", StringComparison.Ordinal) || entry.Key.EndsWith(".out.gz", StringComparison.Ordinal);
            if (isOutput && entry.Size > 0)
            {
                files.Add(entry);
            }

            return isOutput && entry.Size == 0 ? 1 : 0;
        }
    }

    private sealed class RunFolder(string folder, string name, DateTime? date)
    {
        public string Folder { get; } = folder;

        public string Name { get; } = name;

        public DateTime? Date { get; } = date;

        public List<ObjectEntry> Files { get; } = [];

        public int ZeroSize { get; set; }

        public DateTimeOffset? Newest => Files.Count == 0 ? null : Files.Max(file => file.LastModified);
    }
}
