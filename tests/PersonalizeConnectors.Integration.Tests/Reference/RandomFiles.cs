using System.IO.Compression;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Writes lines into files with every difference that files may have: several, gzip, byte order mark, line ends.</summary>
internal sealed class RandomFiles(Random random)
{
    public static void WriteText(string path, string text) => Write(path, text, zip: false, mark: false);

    /// <summary>Cuts the lines into one to three files.</summary>
    public void WriteLines(string folder, string name, string ending, IReadOnlyList<string> lines, bool mayZip, string? header = null)
    {
        var files = random.Next(3) == 0 ? Math.Clamp(lines.Count, 1, random.Next(2, 4)) : 1;
        for (var file = 0; file < files; file++)
        {
            var part = lines.Skip(lines.Count * file / files).Take((lines.Count * (file + 1) / files) - (lines.Count * file / files));
            var end = random.Next(5) == 0 ? "\r\n" : "\n";
            var text = string.Join(end, header is null ? part : part.Prepend(header)) + (random.Next(4) == 0 ? "" : end);
            var zip = mayZip && random.Next(3) == 0;
            Write(Path.Combine(folder, $"{name}-{file}{ending}{(zip ? ".gz" : "")}"), text, zip, mark: random.Next(6) == 0);
        }
    }

    private static void Write(string path, string text, bool zip, bool mark)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        using var content = zip ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        if (mark)
        {
            content.Write("\uFEFF"u8);
        }

        content.Write(Encoding.UTF8.GetBytes(text));
    }
}
