using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// The one object that makes state files the state: <c>output/&lt;connector&gt;/state/manifest.json</c>. Its last property is the xxh3 of
/// every byte before it, so that a manifest is whole or refused.
/// </summary>
public sealed record StateManifest
{
    /// <summary>The newest version this code reads, and the one it writes.</summary>
    public const int CurrentFormatVersion = 1;

    private const string ChecksumStart = ",\n  \"checksum\": \"";
    private const string ChecksumEnd = "\"\n}\n";
    private const int ChecksumDigits = 16;

    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The run whose outcomes it holds.</summary>
    public required string Run { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>log2 of the number of files.</summary>
    public required int ShardBits { get; init; }

    /// <summary>Users with a list: those not marked gone.</summary>
    public required long Users { get; init; }

    /// <summary>Users marked gone.</summary>
    public required long Gone { get; init; }

    /// <summary>One a shard, in shard order.</summary>
    public required IReadOnlyList<StateManifestFile> Files { get; init; }

    /// <summary>Every attribute name ever sent, in ordinal order; what <c>onRemoved: clear</c> sets to null.</summary>
    public IReadOnlyList<string> AttributeNames { get; init; } = [];

    /// <summary>16 hex digits; names this very manifest. Set by <see cref="ToJson"/> and <see cref="Parse"/>.</summary>
    [JsonIgnore]
    public string Checksum { get; private set; } = "";

    public byte[] ToJson()
    {
        var body = JsonSerializer.Serialize(this, StateJson.Default.StateManifest);
        body = body[..body.LastIndexOf('\n')];
        Checksum = HashOf(Encoding.UTF8.GetBytes(body));
        return Encoding.UTF8.GetBytes(body + ChecksumStart + Checksum + ChecksumEnd);
    }

    /// <exception cref="InvalidDataException">Damaged, foreign or newer; the message completes "the manifest is refused: …".</exception>
    public static StateManifest Parse(ReadOnlySpan<byte> json)
    {
        CheckVersion(json);
        var end = json.Length - (ChecksumStart.Length + ChecksumDigits + ChecksumEnd.Length);
        var checksum = end < 0 ? "" : HashOf(json[..end]);
        if (end < 0 || !json[end..].SequenceEqual(Encoding.UTF8.GetBytes(ChecksumStart + checksum + ChecksumEnd)))
        {
            throw new InvalidDataException("its checksum does not match its content");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(json, StateJson.Default.StateManifest) ?? throw new InvalidDataException("it is empty");
            manifest.Checksum = checksum;
            return manifest.Files.Count == 1L << manifest.ShardBits
                ? manifest
                : throw new InvalidDataException($"it names {manifest.Files.Count} files for {manifest.ShardBits} shard bits");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The hash as names and manifests write it.</summary>
    public static string Hex(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    // Before the checksum: a newer version may well compute that otherwise, and deserves its own sentence.
    private static void CheckVersion(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("formatVersion", out var property)
                || !property.TryGetInt32(out var version))
            {
                throw new InvalidDataException("it has no format version: it is no manifest of a sync state");
            }

            if (version != CurrentFormatVersion)
            {
                throw new InvalidDataException($"it has format version {version}, and this program reads version {CurrentFormatVersion}");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"it is no JSON document: {e.Message}", e);
        }
    }

    private static string HashOf(ReadOnlySpan<byte> bytes) => Hex(XxHash3.HashToUInt64(bytes));
}

/// <param name="Name">In the state's folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Users">Users not marked gone.</param>
/// <param name="Gone">Users marked gone.</param>
/// <param name="Checksum">The file's own, 16 hex digits.</param>
public sealed record StateManifestFile(string Name, long Size, long Users, long Gone, string Checksum);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, NewLine = "\n", RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StateManifest))]
[JsonSerializable(typeof(CommitMark))]
internal sealed partial class StateJson : JsonSerializerContext;
