using System.IO.Compression;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>The uncompressed bytes of all gzip files below a folder, one after another.</summary>
internal sealed class PlainParts(string folder) : IDisposable
{
    private readonly Queue<string> _files = new(FilesOf(folder));
    private Stream? _current;

    public static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder, "*.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Fills the buffer as far as there is something left.</summary>
    public int Read(byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            if (_current is null)
            {
                if (!_files.TryDequeue(out var next))
                {
                    break;
                }

                _current = new GZipStream(File.OpenRead(next), CompressionMode.Decompress);
            }

            var read = _current.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            length += read;
            if (length < buffer.Length)
            {
                _current.Dispose();
                _current = null;
            }
        }

        return length;
    }

    public void Dispose() => _current?.Dispose();
}
