using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>One line of an input that could not be read; <c>samples/&lt;step&gt;-&lt;index&gt;.json</c> is an array of the first few.</summary>
/// <param name="File">The file's key below its store's root.</param>
/// <param name="Line">From 1.</param>
/// <param name="Reason">What is wrong with it, for a person; never the line itself.</param>
public sealed record UnreadSample(string File, long Line, string Reason)
{
    /// <summary>How many a step keeps: enough to see a pattern, little enough for a report.</summary>
    public const int PerStep = 20;

    public static byte[] ToJson(IReadOnlyList<UnreadSample> samples) =>
        JsonSerializer.SerializeToUtf8Bytes([.. samples], UnreadSampleJson.Default.UnreadSampleArray);

    /// <exception cref="InvalidDataException">Not an array of samples.</exception>
    public static IReadOnlyList<UnreadSample> Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, UnreadSampleJson.Default.UnreadSampleArray) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A sample of unread lines cannot be read: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UnreadSample[]))]
internal sealed partial class UnreadSampleJson : JsonSerializerContext;
