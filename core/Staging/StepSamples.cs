using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// A line of batch output, of item metadata or a row of the mapping that could not be read; <c>samples/load-*</c>, <c>samples/decorate-*</c> and
/// <c>samples/join-*</c> hold lists of them.
/// </summary>
/// <param name="File">Key of the file in its store.</param>
/// <param name="Reason">What is wrong, for a person.</param>
/// <param name="Offset">Batch output: where the line begins in the uncompressed file.</param>
/// <param name="Line">Mapping and metadata: number of the row's first line, from 1.</param>
public sealed record MalformedSample(string File, string Reason, long? Offset = null, long? Line = null)
{
    /// <summary>Most samples that one activity leaves.</summary>
    public const int MaxPerChunk = 20;
}

/// <summary>Error lines of one message; <c>samples/errors-00000</c> holds a list of them, most frequent first.</summary>
/// <param name="File">Key of the file that holds the first of them.</param>
/// <param name="Offset">Where that line begins in the uncompressed file.</param>
public sealed record ErrorGroup(string Message, long Count, string File, long Offset);

/// <summary>Bounded samples that steps leave for the report, as JSON at <see cref="RunKeys.Samples"/>.</summary>
public static class StepSamples
{
    public static byte[] ToJson(IReadOnlyList<MalformedSample> samples) =>
        JsonSerializer.SerializeToUtf8Bytes(samples, StepSamplesJson.Default.IReadOnlyListMalformedSample);

    public static byte[] ToJson(IReadOnlyList<ErrorGroup> groups) =>
        JsonSerializer.SerializeToUtf8Bytes(groups, StepSamplesJson.Default.IReadOnlyListErrorGroup);

    /// <exception cref="JsonException">Not such a list.</exception>
    public static IReadOnlyList<MalformedSample> ParseMalformed(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StepSamplesJson.Default.IReadOnlyListMalformedSample) ?? [];

    /// <exception cref="JsonException">Not such a list.</exception>
    public static IReadOnlyList<ErrorGroup> ParseErrors(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StepSamplesJson.Default.IReadOnlyListErrorGroup) ?? [];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<MalformedSample>))]
[JsonSerializable(typeof(IReadOnlyList<ErrorGroup>))]
internal sealed partial class StepSamplesJson : JsonSerializerContext;
