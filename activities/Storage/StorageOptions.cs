using Microsoft.Extensions.Configuration;
using PersonalizeConnectors.Activities.Storage.S3;

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

    /// <summary>Names of the buckets that jobs and batch output may lie in. Default empty: any. Written as <see cref="LocalRoots"/> is.</summary>
    public IReadOnlyList<string> Buckets { get; set; } = [];

    /// <summary>
    /// How single buckets are reached, by their names: <c>Storage__S3__my-bucket__Region</c>. Shells export no dashes and dots, so a name is also
    /// found with an underscore for each. Default none: region found out, the SDK's own credentials.
    /// </summary>
    public IReadOnlyDictionary<string, S3BucketOptions> S3 { get; set; } = new Dictionary<string, S3BucketOptions>();

    /// <summary>The settings of a bucket.</summary>
    public S3BucketOptions S3Of(string bucket) =>
        S3.GetValueOrDefault(bucket) ?? S3.GetValueOrDefault(bucket.Replace('-', '_').Replace('.', '_')) ?? new();

    /// <summary>Reads both spellings of a list.</summary>
    public void ReadFrom(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        LocalRoots = ReadList(section.GetSection(nameof(LocalRoots)));
        Buckets = ReadList(section.GetSection(nameof(Buckets)));
        S3 = section.GetSection(nameof(S3)).GetChildren().ToDictionary(
            child => child.Key, child => child.Get<S3BucketOptions>() ?? new(), StringComparer.OrdinalIgnoreCase);
    }

    private static string[] ReadList(IConfigurationSection section) =>
        [.. (section.Value ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Concat(section.GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value.Length > 0))];
}
