using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>The one document of <c>--json</c>.</summary>
internal static class Document
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",

        // For terminals and scripts, not for a page: names in other alphabets stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T document) => JsonSerializer.Serialize(document, Options);
}
