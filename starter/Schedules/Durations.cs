using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>Durations as people type them: <c>90s</c>, <c>10m</c>, <c>6h</c>, <c>1d</c>, <c>1h30m</c>.</summary>
internal static partial class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];

    // A century: beyond it nobody means what was typed, and the service counts no further than three.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <returns>Null where the text is none.</returns>
    public static TimeSpan? Parse(string text)
    {
        var match = Shape().Match(text.Trim());
        if (!match.Success)
        {
            return null;
        }

        var seconds = 0.0;
        foreach (var (unit, length) in Units)
        {
            if (match.Groups[unit] is { Success: true, Value: var digits })
            {
                seconds += double.Parse(digits, CultureInfo.InvariantCulture) * length.TotalSeconds;
            }
        }

        return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    public static string Text(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
        {
            return "0s";
        }

        var text = new StringBuilder();
        var left = (long)duration.TotalSeconds;
        foreach (var (unit, length) in Units)
        {
            var count = left / (long)length.TotalSeconds;
            left %= (long)length.TotalSeconds;
            text.Append(count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{count}{unit}") : "");
        }

        return text.ToString();
    }

    [GeneratedRegex("^(?=.)(?:(?<d>[0-9]{1,9})d)?(?:(?<h>[0-9]{1,9})h)?(?:(?<m>[0-9]{1,9})m)?(?:(?<s>[0-9]{1,9})s)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
