using System.Text.Json;

namespace PersonalizeConnectors.Core.State;

/// <summary>What CommitState made of one shard, from shard to manifest: <c>staging/&lt;run&gt;/&lt;connector&gt;/commit/&lt;shard&gt;</c>.</summary>
public sealed record CommitMark
{
    /// <summary>The shard's file: a new one, or the old one where nothing changed.</summary>
    public required StateManifestFile File { get; init; }

    /// <summary>Checksum of the manifest that the shard was merged from; null where there was none.</summary>
    public required string? BasedOn { get; init; }

    public long Accepted { get; init; }

    public long Rejected { get; init; }

    public long Unknown { get; init; }

    /// <summary>Updates that no readable outcome settles, or that cannot be read themselves.</summary>
    public long Unsettled { get; init; }

    /// <summary>Names that accepted updates of the shard's ranges set.</summary>
    public IReadOnlyList<string> AttributeNames { get; init; } = [];

    public long BytesIn { get; init; }

    public long BytesOut { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.CommitMark);

    /// <exception cref="InvalidDataException">Not a mark.</exception>
    public static CommitMark Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.CommitMark) ?? throw new InvalidDataException("A commit mark is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A commit mark cannot be read: {e.Message}", e);
        }
    }
}
