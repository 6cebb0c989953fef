using System.Globalization;
using System.Text;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Numbers, times and foreign text as views write them.</summary>
internal static class Words
{
    private const double Thousand = 1000;

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Signed(long number) => number.ToString("+#,0;-#,0;±0", CultureInfo.InvariantCulture);

    public static string Counted(long count, string word) => count == 1 ? "1 " + word : $"{Number(count)} {word}s";

    public static string Counted(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    public static string Percent(long part, long whole) =>
        whole == 0 ? "" : ((double)part / whole).ToString("0.0 %", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) =>
        seconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s")
        : seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : seconds < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60}:{(int)seconds % 60:00} min")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 3600}:{(int)seconds / 60 % 60:00} h");

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double size = bytes;
        var unit = 0;
        for (; size >= Thousand && unit < units.Length - 1; unit++)
        {
            size /= Thousand;
        }

        return size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A sentence.</summary>
    public static string Paused(PausedRun paused) => $"Paused since {Time(paused.Since)} by {Clean(paused.By ?? "somebody")}; \"resume\" goes on.";

    public static string Ago(DateTimeOffset time, DateTimeOffset now) => (now - time) switch
    {
        { TotalSeconds: < 60 } => "just now",
        { TotalMinutes: < 60 } ago => $"{(int)ago.TotalMinutes} min ago",
        { TotalHours: < 48 } ago => $"{(int)ago.TotalHours} h ago",
        var ago => $"{(int)ago.TotalDays} days ago",
    };

    /// <summary>At most so many characters; what is longer ends with an ellipsis.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    /// <summary>A run's status in words.</summary>
    public static string Status(string status) => status == RunStatus.CompletedWithRejections ? "rejections" : status;

    public static Style StatusStyle(string status) => status switch
    {
        RunStatus.Completed => new Style(Color.Green),
        RunStatus.CompletedWithRejections => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };

    /// <summary>As <see cref="Clean"/>, but line breaks stay.</summary>
    public static string CleanLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Clean));

    /// <summary>Text of others (ids, answers, messages), with control characters made visible: none of them may steer a terminal.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(char.IsControl(c) ? c is '\n' or '\r' or '\t' ? ' ' : '\uFFFD' : c);
        }

        return clean.ToString();
    }
}
