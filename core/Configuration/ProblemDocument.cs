using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>The document of <c>validate --json</c>; described by <c>docs/validate.schema.json</c>.</summary>
public static class ProblemDocument
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // For terminals and scripts, not for a page: names in other alphabets stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Every key of every problem is written, null where it has no value; without problems the list is empty.</summary>
    public static string Serialize(IReadOnlyList<Problem> problems) => JsonSerializer.Serialize(new Document(problems), Options);

    private sealed record Document(IReadOnlyList<Problem> Problems);
}
