using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Says whether two runs had the same settings: a hash of <c>config.json</c> without its comments and layout.</summary>
public static class ConfigurationHash
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <returns>16 hex digits.</returns>
    public static string Of(string config) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Compact(config))).ToString("x16", CultureInfo.InvariantCulture);

    private static string Compact(string config)
    {
        try
        {
            using var document = JsonDocument.Parse(config, Lenient);
            return JsonObject.Create(document.RootElement)?.ToJsonString() ?? config;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return config;
        }
    }
}
