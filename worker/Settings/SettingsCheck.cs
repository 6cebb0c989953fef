using Microsoft.Extensions.Configuration;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Worker.Settings;

/// <summary>Looks at every setting before anything starts: a name that nothing reads would otherwise be a silent default.</summary>
public static class SettingsCheck
{
    private static readonly HashSet<string> Sections =
        KnownSettings.All.Select(s => s.Name.Split("__")[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>All that is wrong, by name.</summary>
    public static IReadOnlyList<Problem> Find(IConfigurationRoot configuration) =>
    [
        .. configuration.AsEnumerable()
            .Where(pair => pair.Value is not null)
            .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            .Select(pair => FindProblem(configuration, pair.Key, pair.Value!))
            .OfType<Problem>(),
    ];

    private static Problem? FindProblem(IConfigurationRoot configuration, string key, string value)
    {
        var name = key.Replace(":", "__", StringComparison.Ordinal);
        if (KnownSettings.Find(name) is { } setting)
        {
            return Expected(setting, value) is { } expected
                ? new() { File = SourceOf(configuration, key), Path = name, Found = setting.IsSecret ? "a value that is not shown" : $"\"{value}\"", Expected = expected }
                : null;
        }

        return IsOurs(name) || MeantOf(name) is not null
            ? new()
            {
                File = SourceOf(configuration, key),
                Path = name,
                Found = "a setting that does not exist",
                Expected = "one of docs/worker.md",
                Nearest = MeantOf(name) ?? NearestName.Find(name, KnownSettings.All.Select(s => s.Like(name))),
            }
            : null;
    }

    // Compose files and shells hand over empty values: fine for what is read as not set then, which no other setting is.
    private static string? Expected(KnownSetting setting, string value) =>
        setting.IsList ? value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(setting.Check).FirstOrDefault(e => e is not null)
        : value.Trim().Length > 0 ? setting.Check(value.Trim())
        : setting.IsSecret ? null
        : "a value; leave the variable out for the default";

    private static bool IsOurs(string name) => name.Split("__") is [var section, _, ..] && Sections.Contains(section);

    // Outside our sections only what is surely meant for us: another program's variables are none of our business.
    private static string? MeantOf(string name)
    {
        var parts = name.Split("__");
        if (parts.Length > 1 && !Sections.Contains(parts[0]) && NearestName.Find(parts[0], Sections) is { } section
            && string.Join("__", [KnownSettings.All.First(s => s.Name.StartsWith(section, StringComparison.OrdinalIgnoreCase)).Name.Split("__")[0], .. parts[1..]]) is var corrected
            && KnownSettings.Find(corrected) is not null)
        {
            return corrected;
        }

        // One underscore where two belong.
        return KnownSettings.Find(name) is null
            ? KnownSettings.All.FirstOrDefault(s => Collapsed(s.Name).Equals(Collapsed(name), StringComparison.OrdinalIgnoreCase))?.Name
            : null;
    }

    private static string Collapsed(string name) => name.Replace("__", "_", StringComparison.Ordinal);

    private static string SourceOf(IConfigurationRoot configuration, string key) =>
        configuration.Providers.LastOrDefault(p => p.TryGet(key, out _)) switch
        {
            FileConfigurationProvider file => file.Source.Path ?? "settings file",
            Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => "command line",
            _ => "environment",
        };
}
