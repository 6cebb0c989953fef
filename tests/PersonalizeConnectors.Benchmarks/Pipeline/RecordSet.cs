using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>
/// The records of an output, whatever their order and files, as a number and a sum of hashes. A record's hash is of decoded values: the user, and
/// of each recommendation in rank order the fields and values; how a number or a character is spelt does not matter, what a
/// run says of itself is left out.
/// </summary>
internal readonly record struct RecordSet(long Records, ulong Sum)
{
    public static RecordSet Of(string folder)
    {
        long records = 0;
        ulong sum = 0;
        Parallel.ForEach(PlainParts.FilesOf(folder), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
        {
            var set = OfFile(file);
            Interlocked.Add(ref records, set.Records);
            Interlocked.Add(ref sum, set.Sum);
        });
        return new(records, sum);
    }

    private static RecordSet OfFile(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        long records = 0;
        ulong sum = 0;
        var text = new StringBuilder();
        while (lines.ReadLine() is { } line)
        {
            using var record = JsonDocument.Parse(line);
            text.Clear();
            Append(text, record.RootElement.GetProperty("queryUserId"));
            Append(text, record.RootElement.GetProperty("recommendations"));
            sum = unchecked(sum + XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString())));
            records++;
        }

        return new(records, sum);
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Append(text.Append('['), element);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
                {
                    Append(text.Append('{').Append(member.Name).Append(':'), member.Value);
                }

                break;
            case JsonValueKind.Number:
                text.Append(value.GetDouble().ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append('"').Append(value.ToString()).Append('"');
                break;
        }
    }
}
