using System.IO.Compression;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Whole files as text: gzip undone by name, byte order mark taken off.</summary>
internal static class ReferenceFiles
{
    /// <summary>Texts of a folder's files with one of the endings, in ordinal order of their names; null where the folder is missing.</summary>
    public static List<string>? Read(string folder, params string[] endings) =>
        !Directory.Exists(folder) ? null
        : [.. Directory.GetFiles(folder)
            .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(ReadText)];

    /// <summary>Lines without their ends; blank ones left out.</summary>
    public static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).Where(line => line.Trim(' ', '\t', '\r').Length > 0);

    private static string ReadText(string file)
    {
        using var stream = File.OpenRead(file);
        using var content = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        using var reader = new StreamReader(content, new UTF8Encoding(false));
        return reader.ReadToEnd();
    }
}
