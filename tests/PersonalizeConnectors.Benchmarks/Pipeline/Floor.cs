using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>
/// What no program of the same output can go below with the base library's compressor: every input byte read once, and the program's own output
/// bytes compressed at level 1 from memory into files, on all cores. The bytes come from the program's parts, a bounded slice of them at a
/// time; fetching a slice is not counted. Nothing is made durable, nothing is looked at.
/// </summary>
internal static class Floor
{
    /// <summary>Plain bytes of a gzip member: about the program's own thousand users.</summary>
    private const int MemberBytes = 8 * 1024 * 1024;

    private const int ReadBytes = 256 * 1024;

    /// <summary>Runs as a process of its own and prints what it took.</summary>
    public static int Run(string outputOfProgram, string target, IReadOnlyList<string> inputs)
    {
        var reading = Read(inputs);
        Directory.CreateDirectory(target);
        var (writing, plain, compressed) = Write(outputOfProgram, target);
        Console.Out.WriteLine(JsonSerializer.Serialize(new FloorTimes(reading, writing, plain, compressed)));
        return 0;
    }

    private static double Read(IReadOnlyList<string> inputs)
    {
        var clock = Stopwatch.StartNew();
        var cores = Environment.ProcessorCount;
        foreach (var input in inputs)
        {
            using var file = File.OpenHandle(input);
            var length = RandomAccess.GetLength(file);
            Parallel.For(0, cores, core =>
            {
                var buffer = new byte[ReadBytes];
                var (at, end) = (length * core / cores, length * (core + 1) / cores);
                while (at < end)
                {
                    at += RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
                }
            });
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static (double Seconds, long Plain, long Compressed) Write(string source, string target)
    {
        var members = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => new byte[MemberBytes]).ToArray();
        var lengths = new int[members.Length];
        double seconds = 0;
        long plain = 0, compressed = 0;
        using var bytes = new PlainParts(source);
        for (var round = 0; ; round++)
        {
            for (var i = 0; i < members.Length; i++)
            {
                lengths[i] = bytes.Read(members[i]);
            }

            if (lengths[0] == 0)
            {
                return (seconds, plain, compressed);
            }

            var clock = Stopwatch.StartNew();
            Parallel.For(0, members.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var path = Path.Join(target, $"{round}-{i}.gz");
                using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, ReadBytes);
                using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                {
                    for (var at = 0; at < lengths[i]; at += 64 * 1024)
                    {
                        gzip.Write(members[i].AsSpan(at, Math.Min(64 * 1024, lengths[i] - at)));
                    }
                }

                Interlocked.Add(ref compressed, file.Length);
                Interlocked.Add(ref plain, lengths[i]);
            });
            seconds += clock.Elapsed.TotalSeconds;
        }
    }
}

/// <summary>What <see cref="Floor"/> prints.</summary>
internal sealed record FloorTimes(double ReadSeconds, double WriteSeconds, long PlainBytes, long CompressedBytes)
{
    public double Seconds => ReadSeconds + WriteSeconds;
}
