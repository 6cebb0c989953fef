using System.Diagnostics;
using System.Globalization;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>What a process cost.</summary>
/// <param name="Seconds">From start to end.</param>
/// <param name="CpuSeconds">User and system time of the process itself, without its children; NaN where the system does not tell.</param>
/// <param name="PeakBytes">Highest resident set of the process itself; 0 where the system does not tell.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProcessCost(int ExitCode, double Seconds, double CpuSeconds, long PeakBytes, string Output, string Error);

/// <summary>Runs a program and measures it from outside, the same way for every contestant.</summary>
internal static class MeasuredProcess
{
    // The peak only grows and is read to the end: what it misses is what the last few milliseconds add.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);
    // The unit of /proc's times, the same on every Linux.
    private const double TicksPerSecond = 100;

    public static async Task<ProcessCost> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var cpu = double.NaN;
        long peak = 0;
        using var timer = new PeriodicTimer(Between);
        var ended = process.WaitForExitAsync();
        while (!ended.IsCompleted)
        {
            cpu = CpuOf(process.Id) ?? cpu;
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.WhenAny(ended, timer.WaitForNextTickAsync().AsTask());
        }

        await ended;
        return new(process.ExitCode, clock.Elapsed.TotalSeconds, cpu, peak, await output, await error);
    }

    private static double? CpuOf(int process)
    {
        try
        {
            // After the command's name, which may hold anything: state, then eleven fields, then user and system time.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : Number(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long Number(string text) => long.Parse(text.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture);
}
