using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>The parts that Write made of a shard: <c>&lt;connector&gt;/write/&lt;shard&gt;</c>. A shard without records has none.</summary>
public sealed record PartList(IReadOnlyList<WrittenPart> Parts)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PartListJson.Default.PartList);

    /// <exception cref="InvalidDataException">Not a part list.</exception>
    public static PartList Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PartListJson.Default.PartList) ?? throw new InvalidDataException("A part list is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A part list cannot be read: {e.Message}", e);
        }
    }
}

/// <param name="Key">Below the store's root.</param>
/// <param name="Size">Bytes, compressed.</param>
/// <param name="Members">The gzip members that the part consists of, in order.</param>
public sealed record WrittenPart(string Key, long Size, IReadOnlyList<PartMember> Members);

/// <summary>A gzip member: it can be read alone, and holds all records of its users.</summary>
/// <param name="Offset">Where it begins in the part.</param>
public sealed record PartMember(long Offset, int Users, long Records);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PartList))]
internal sealed partial class PartListJson : JsonSerializerContext;
