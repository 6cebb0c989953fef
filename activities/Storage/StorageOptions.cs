using Microsoft.Extensions.Configuration;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Where this worker takes jobs from; configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// Local folders: a job's root must be one of them or lie below one. Default none: no local jobs.
    /// As <c>Storage__LocalRoots__0</c>, <c>__1</c>, …, or in one value, <c>Storage__LocalRoots</c>, separated by <c>;</c>.
    /// </summary>
    public IReadOnlyList<string> LocalRoots { get; set; } = [];

    /// <summary>Names of the buckets jobs may lie in. Default empty: any. Written as <see cref="LocalRoots"/> is.</summary>
    public IReadOnlyList<string> Buckets { get; set; } = [];

    /// <summary>Reads both spellings of a list.</summary>
    public void ReadFrom(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        LocalRoots = ReadList(section.GetSection(nameof(LocalRoots)));
        Buckets = ReadList(section.GetSection(nameof(Buckets)));
    }

    private static string[] ReadList(IConfigurationSection section) =>
        [.. (section.Value ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Concat(section.GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value.Length > 0))];
}
