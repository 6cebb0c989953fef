using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>Time zones by their IANA names, as the service knows them.</summary>
internal static class TimeZones
{
    public const string Utc = "UTC";

    /// <summary>What is wrong with a name, in one sentence; null where nothing is.</summary>
    public static string? FindProblem(string name)
    {
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).ToList();

        // A machine without a time zone database cannot tell; the service will.
        return name == Utc || known.Count <= 1 || known.Contains(name, StringComparer.Ordinal) || (Find(name)?.Id == name && name.Contains('/', StringComparison.Ordinal))
            ? null
            : $"The time zone \"{name}\" is unknown; expected a name such as Europe/Berlin or America/New_York."
                + (Nearest(name, known) is { } nearest ? $" Did you mean {nearest}?" : "");
    }

    /// <summary>Null where this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string? name) =>
        string.IsNullOrEmpty(name) ? TimeZoneInfo.Utc : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    // People name the city.
    private static string? Nearest(string name, IReadOnlyList<string> known) =>
        known.FirstOrDefault(k => k.EndsWith("/" + name.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase)) ?? NearestName.Find(name, known);
}
