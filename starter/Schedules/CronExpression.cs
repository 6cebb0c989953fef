using System.Globalization;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>
/// Checks a cron expression before the service sees it, so that what is wrong is named with its field. Five fields, as <c>crontab</c> has them, or
/// a name such as <c>@daily</c>.
/// </summary>
internal static class CronExpression
{
    private static readonly string[] Names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    private static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private static readonly Field[] Fields =
    [
        new("minute", 0, 59, []), new("hour", 0, 23, []), new("day of month", 1, 31, []), new("month", 1, 12, Months), new("day of week", 0, 7, Weekdays),
    ];

    /// <summary>What is wrong, in one sentence; null where nothing is.</summary>
    public static string? FindProblem(string text)
    {
        var expression = text.Trim();
        if (expression.StartsWith("@every", StringComparison.OrdinalIgnoreCase))
        {
            return $"\"{text}\" is an interval; give it as --every{expression["@every".Length..]}.";
        }

        if (expression.StartsWith('@'))
        {
            return Names.Contains(expression, StringComparer.OrdinalIgnoreCase) ? null
                : $"\"{text}\" is unknown; expected five fields or one of {string.Join(", ", Names)}.{DidYouMean(expression, Names)}";
        }

        var fields = expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length > 0 && (fields[0].StartsWith("TZ=", StringComparison.OrdinalIgnoreCase) || fields[0].StartsWith("CRON_TZ=", StringComparison.OrdinalIgnoreCase)))
        {
            return $"\"{text}\" names a time zone; give it as --time-zone {fields[0][(fields[0].IndexOf('=', StringComparison.Ordinal) + 1)..]}.";
        }

        return fields.Length != Fields.Length
            ? $"\"{text}\" has {fields.Length} fields; expected {Fields.Length}: {string.Join(", ", Fields.Select(f => f.Name))}."
            : Fields.Zip(fields, (field, given) => field.FindProblem(given)).FirstOrDefault(p => p is not null) is { } problem ? $"\"{text}\": {problem}" : null;
    }

    private static string DidYouMean(string name, IEnumerable<string> names) => NearestName.Find(name, names) is { } nearest ? $" Did you mean {nearest}?" : "";

    private sealed record Field(string Name, int Least, int Most, string[] Words)
    {
        public string? FindProblem(string given) => given.Split(',').Select(FindProblemOfPart).FirstOrDefault(p => p is not null);

        private string? FindProblemOfPart(string part)
        {
            var (range, step) = Cut(part, '/');
            if (step is not null && !(int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width > 0))
            {
                return $"the {Name}'s step is \"{step}\"; expected a number from 1 on.";
            }

            if (range == "*")
            {
                return null;
            }

            var (first, last) = Cut(range, '-');
            var (from, to) = (Value(first), last is null ? null : Value(last));
            return from is null ? Unknown(first)
                : last is not null && to is null ? Unknown(last)
                : to < from ? $"the {Name}'s range {range} ends before it begins."
                : null;
        }

        private string Unknown(string given) =>
            $"the {Name} is \"{given}\"; expected {Least} to {Most}{(Words.Length > 0 ? $" or a name such as {Words[0][..3]}" : "")}, *, a range, a list or a step."
            + DidYouMean(given, given.Length > 3 ? Words : Words.Select(w => w[..3]));

        private int? Value(string text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number >= Least && number <= Most ? number : null;
            }

            var at = Array.FindIndex(Words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase) || w[..3].Equals(text, StringComparison.OrdinalIgnoreCase));
            return at < 0 ? null : at + (Words == Months ? 1 : 0);
        }

        private static (string First, string? Second) Cut(string text, char mark) =>
            text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
    }
}
