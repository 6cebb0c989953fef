using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Starter.Jobs;

/// <summary>Where <c>init</c> writes a job: a place given whole, or a name in the root at hand.</summary>
/// <param name="Folder">Absolute.</param>
internal sealed record JobPlace(string Folder, string JobType)
{
    private const string Jobs = "etl_jobs";
    private const string Shape = "<root>/etl_jobs/<job type>/<job name>";

    /// <summary>The job's own name.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The root's folder.</summary>
    public string Root => Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Folder)))!;

    /// <param name="given">What was typed.</param>
    /// <param name="jobType">The option; null where the path shall say it.</param>
    /// <param name="problem">Where the result is null: what is wrong, and what to write.</param>
    public static JobPlace? Find(string given, string? jobType, string currentFolder, out string? problem)
    {
        if (given.Contains("://", StringComparison.Ordinal))
        {
            problem = $"init writes local folders: make the job here, then copy it to {given}.";
            return null;
        }

        var isName = given.AsSpan().IndexOfAny('/', '\\') < 0 && given is not ("" or "." or "..");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(currentFolder, given)));
        var parts = full.Split(Path.DirectorySeparatorChar);
        var at = Array.LastIndexOf(parts, Jobs);
        if (isName && jobType is not null)
        {
            // In etl_jobs or in a job type's folder a name means a job there; anywhere else the current folder is the root.
            full = (at >= 0 ? parts.Length - at - 1 : 0) switch
            {
                1 => Path.Combine(currentFolder, jobType, given),
                2 => full,
                _ => Path.Combine(currentFolder, Jobs, jobType, given),
            };
            parts = full.Split(Path.DirectorySeparatorChar);
            at = Array.LastIndexOf(parts, Jobs);
        }

        problem = Refuse(given, jobType, full, parts, at);
        return problem is null ? new(full, parts[^2]) : null;
    }

    private static string? Refuse(string given, string? jobType, string full, string[] parts, int at)
    {
        var type = at >= 0 && parts.Length - at == 3 ? parts[^2] : null;
        if (type is null)
        {
            return at >= 0
                ? $"{full} is no place for a job: two names stand behind \"{Jobs}\" in {Shape}."
                : jobType is null
                    ? $"Which type of job? Add --type with one of {string.Join(", ", JobTypes.Supported)}."
                    : $"{full} is no place for a job, which is {Shape}. With that as its root and name: {Path.Combine(Path.GetDirectoryName(given) ?? ".", Jobs, jobType, Path.GetFileName(full))}";
        }

        if (!JobTypes.Supported.Contains(type, StringComparer.Ordinal))
        {
            return $"{full} names the job type \"{type}\"; this version runs {string.Join(", ", JobTypes.Supported)}."
                + (NearestName.Find(type, JobTypes.Supported) is { } nearest ? $" Did you mean {nearest}?" : "");
        }

        if (jobType is not null && jobType != type)
        {
            return $"{full} is a place for a job of type {type}, and --type says {jobType}. Leave --type out, or give another folder.";
        }

        return parts[^1].StartsWith('.')
            ? $"A job's name cannot begin with a dot, and \"{parts[^1]}\" does."
            : null;
    }
}
