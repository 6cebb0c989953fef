using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>What Plan decided, read by every later step: <c>staging/&lt;run&gt;/plan.json</c>. A run never looks at config.json again.</summary>
public sealed record RunPlan
{
    public required string RunId { get; init; }

    /// <summary>UTC; <c>jobInfo.runDateTime</c>.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required string JobType { get; init; }

    public required string JobName { get; init; }

    /// <summary>True where lines are keyed by item and a mapping says which users they are for.</summary>
    public required bool ItemKeyed { get; init; }

    /// <summary>The text of config.json as Plan read it.</summary>
    public required string Config { get; init; }

    /// <summary>log2 of the number of shards.</summary>
    public required int ShardBits { get; init; }

    /// <summary>Batch output in key order.</summary>
    public required IReadOnlyList<PlannedFile> BatchFiles { get; init; }

    /// <summary>Mapping CSV files in key order; empty for user-keyed jobs.</summary>
    public IReadOnlyList<PlannedFile> MappingFiles { get; init; } = [];

    /// <summary>Metadata files in key order; empty where the job has none.</summary>
    public IReadOnlyList<PlannedFile> MetadataFiles { get; init; } = [];

    /// <summary>True where the metadata folder exists; without one no item is unknown.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>Each a list of pieces of batch files, in order; chunk order is line order.</summary>
    public required IReadOnlyList<PlannedChunk> Chunks { get; init; }

    public IReadOnlyList<PlannedChunk> MappingChunks { get; init; } = [];

    public bool FullResync { get; init; }

    /// <summary>Only these users; null for all.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>At most so many updates; null for all.</summary>
    public long? Limit { get; init; }

    public bool OverrideGuards { get; init; }

    [JsonIgnore]
    public int Shards => 1 << ShardBits;

    /// <summary>True for a run over some users only: it never counts removals.</summary>
    [JsonIgnore]
    public bool IsPartial => Users is not null || Limit is not null;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RunPlanJson.Default.RunPlan);

    /// <exception cref="InvalidDataException">Not a plan.</exception>
    public static RunPlan Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RunPlanJson.Default.RunPlan) ?? throw new InvalidDataException("The run's plan is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The run's plan cannot be read: {e.Message}", e);
        }
    }
}

/// <param name="Key">Below its store's root.</param>
public sealed record PlannedFile(string Key, long Size, string ETag)
{
    /// <summary>By its name: such a file cannot be cut.</summary>
    [JsonIgnore]
    public bool IsGzip => Key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What one Load or Join activity reads.</summary>
public sealed record PlannedChunk(IReadOnlyList<PlannedPiece> Pieces);

/// <summary>
/// Bytes of a file: the lines that begin at <paramref name="Start"/> or after it and before <paramref name="End"/>. A cut may stand anywhere;
/// the reader of a piece with Start &gt; 0 goes to the first line that begins in it, and reads its last line to that line's end.
/// </summary>
/// <param name="File">Index into the plan's files.</param>
public sealed record PlannedPiece(int File, long Start, long End);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RunPlan))]
internal sealed partial class RunPlanJson : JsonSerializerContext;
