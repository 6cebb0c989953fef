using System.Globalization;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>Every key a run reads or writes, below the job's prefix. The layout is a contract; nothing else builds keys.</summary>
/// <param name="jobPrefix"><c>etl_jobs/type/name/</c>, with the trailing slash.</param>
/// <param name="runId"><c>yyyyMMddTHHmmssZ-xxxxxxxx</c>.</param>
public sealed class RunKeys(string jobPrefix, string runId)
{
    private const string RunTimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Where all runs of the job stage; each has a folder named by its id.</summary>
    public static string StagingOf(string jobPrefix) => jobPrefix + "staging/";

    /// <summary>Who works on the job, in a root without an operating system's locks.</summary>
    public static string HolderOf(string jobPrefix) => StagingOf(jobPrefix) + ".holder";

    public static string ConfigOf(string jobPrefix) => jobPrefix + "config.json";

    public static string MappingOf(string jobPrefix) => jobPrefix + "input/user_item_mapping/";

    public static string MetadataOf(string jobPrefix) => jobPrefix + "input/item_metadata/";

    public static string RunsOf(string jobPrefix) => jobPrefix + "runs/";

    public static string ErrorsOf(string jobPrefix) => jobPrefix + "errors/";

    /// <summary>Holds a folder a connector.</summary>
    public static string OutputOf(string jobPrefix) => jobPrefix + "output/";

    public static string StateOf(string jobPrefix, string connector) => $"{jobPrefix}output/{connector}/state/";

    public static string StateManifestOf(string jobPrefix, string connector) => StateOf(jobPrefix, connector) + "manifest.json";

    /// <summary>Users whom a drain's destination did not accept, for the job's next run.</summary>
    public static string RetractionsOf(string jobPrefix, string connector) => StateOf(jobPrefix, connector) + "retractions/";

    /// <summary>A part of them; names stand in the order of time.</summary>
    /// <param name="suffix">Tells parts of one moment apart.</param>
    public static string RetractionPartOf(string jobPrefix, string connector, DateTimeOffset at, string suffix) =>
        $"{RetractionsOf(jobPrefix, connector)}{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}-{suffix}.json.gz";

    /// <summary>A note for each version of a part that something else wrote and that is not delivered yet. Beside <c>output/</c>, whose events would tell of the notes.</summary>
    public static string PendingPartsOf(string jobPrefix, string connector) => $"{jobPrefix}events/{connector}/pending/";

    /// <summary>A mark for each that is.</summary>
    public static string DonePartsOf(string jobPrefix, string connector) => $"{jobPrefix}events/{connector}/done/";

    public static string RejectedOf(string jobPrefix, string connector) => $"{jobPrefix}output/{connector}/rejected/";

    /// <summary>True for what looks like a run id; everything else in a folder of runs is somebody else's.</summary>
    public static bool TryParseRunId(string text, out DateTimeOffset startedAt)
    {
        startedAt = default;
        return text.Length == 25 && text[16] == '-'
            && text.Skip(17).All(char.IsAsciiHexDigitLower)
            && DateTimeOffset.TryParseExact(
                text.AsSpan(0, 16), RunTimeFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out startedAt);
    }

    /// <summary>True where both are run ids and the first began later, to the second.</summary>
    public static bool IsLater(string runId, string other) =>
        TryParseRunId(runId, out var began) && TryParseRunId(other, out var otherBegan) && began > otherBegan;

    public string RunId { get; } = runId;

    public string JobPrefix { get; } = jobPrefix;

    /// <summary>The run's start, to the second, as its id says.</summary>
    public DateTimeOffset StartedAt { get; } = TryParseRunId(runId, out var at) ? at : throw new ArgumentException($"\"{runId}\" is not a run id.", nameof(runId));

    public string Staging => $"{StagingOf(JobPrefix)}{RunId}/";

    public string Plan => Staging + "plan.json";

    public string Chunk(int chunk) => Invariant($"{Staging}load/{chunk:D5}");

    /// <summary>The table of an item-keyed job.</summary>
    public string Table => Staging + "table";

    public string MappingChunk(int chunk) => Invariant($"{Staging}join/{chunk:D5}");

    public string Catalog(string connector) => $"{Staging}{connector}/catalog";

    public string Updates(string connector, int shard) => Invariant($"{Staging}{connector}/delta/{shard:D5}");

    /// <summary>Keys of the parts that Write made of a shard, and where their gzip members begin.</summary>
    public string PartList(string connector, int shard) => Invariant($"{Staging}{connector}/write/{shard:D5}");

    public string Outcomes(string connector) => $"{Staging}{connector}/outcomes/";

    public string Outcomes(string connector, int range) => Invariant($"{Outcomes(connector)}{range:D5}/");

    public string OutcomeSegment(string connector, int range, int segment) => Invariant($"{Outcomes(connector, range)}{segment:D6}");

    /// <summary>What CommitState made of a shard, for the manifest and the report.</summary>
    public string CommitMark(string connector, int shard) => Invariant($"{Staging}{connector}/commit/{shard:D5}");

    /// <summary>What the workflow counted for a connector, for the report.</summary>
    public string ConnectorOutcome(string connector) => $"{Staging}{connector}/outcome.json";

    /// <summary>A bounded sample of what a step could not read, for the report.</summary>
    public string Samples(string step, int index) => Invariant($"{Staging}samples/{step}-{index:D5}.json");

    public string StateShard(string connector, int shard) => Invariant($"{StateOf(JobPrefix, connector)}{RunId}-{shard:D5}.state");

    /// <summary>A state file that this run made before its own, of retractions; shards have fewer digits.</summary>
    public string RetractedStateShard(string connector, int shard) => Invariant($"{StateOf(JobPrefix, connector)}{RunId}-{100_000 + shard}.state");

    public string OutputFolder(string connector) => $"{JobPrefix}output/{connector}/{DatePath}";

    /// <param name="number">Unique over all shards of the run.</param>
    public string OutputPart(string connector, int number) => Invariant($"{OutputFolder(connector)}part-{number:D5}-{RunId}.json.gz");

    public string ErrorPart(int number) => Invariant($"{ErrorsOf(JobPrefix)}{DatePath}part-{number:D5}.json.gz");

    public string RejectedFolder(string connector) => $"{RejectedOf(JobPrefix, connector)}{RunId}/";

    /// <param name="attempt">Tells attempts apart that live at once.</param>
    public string RejectedPart(string connector, int range, int segment, string attempt) =>
        Invariant($"{RejectedParts(connector, range, segment)}{attempt}.json.gz");

    /// <summary>Prefix of the parts of all attempts.</summary>
    public string RejectedParts(string connector, int range, int segment) => Invariant($"{RejectedFolder(connector)}{range:D5}-{segment:D6}-");

    public string Report => $"{RunsOf(JobPrefix)}{RunId}/report.json";

    public string ReportHtml => $"{RunsOf(JobPrefix)}{RunId}/report.html";

    private string DatePath => StartedAt.UtcDateTime.ToString("'year='yyyy'/month='MM'/day='dd'/time='HHmmss'/'", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
