using System.Globalization;

namespace PersonalizeConnectors.Worker.Settings;

/// <summary>What values must look like: each says what is expected, or null where the value may stand.</summary>
internal static class SettingValues
{
    private const int ShortestBucket = 3;
    private const int LongestBucket = 63;

    public static string? Port(string value) =>
        ushort.TryParse(value, out var port) && port > 0 ? null : "a port from 1 to 65535";

    public static string? Flag(string value) => bool.TryParse(value, out _) ? null : "true or false";

    public static string? Address(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? null
            : "an http or https address such as http://localhost:4566";

    public static string? Role(string value) =>
        value.StartsWith("arn:", StringComparison.Ordinal) && value.Contains(":role/", StringComparison.Ordinal)
            ? null
            : "the ARN of a role, arn:aws:iam::<account>:role/<name>";

    public static string? Folder(string value) => Path.IsPathFullyQualified(value)
        ? Directory.Exists(value) ? null : "a folder that is there; create it, or mount it"
        : "an absolute folder";

    /// <summary>It is made where it is missing.</summary>
    public static string? Scratch(string value) => Path.IsPathFullyQualified(value)
        ? File.Exists(value) ? "a folder, and this is a file" : null
        : "an absolute folder";

    public static string? Bucket(string value) =>
        value.Length is >= ShortestBucket and <= LongestBucket && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? null
            : "the name of a bucket alone, without s3:// and folders";

    public static Func<string, string?> Whole(int least, int most) =>
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");

    public static Func<string, string?> OneOf(params string[] names) =>
        value => names.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : string.Join(" or ", names);
}
