using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>What <c>run</c> was told.</summary>
/// <param name="JobPath">An absolute folder, or an <c>s3://</c> address.</param>
internal sealed record RunRequest(
    string JobPath, bool FullResync, IReadOnlyList<string>? Users, long? Limit, bool OverrideGuards, bool HostWorker, bool Detach, bool Json)
{
    private const string Bucket = "s3://";

    /// <summary>For commands that follow a run which somebody else has started.</summary>
    public static RunRequest Follow(string jobPath, bool json) => new(
        jobPath, FullResync: false, Users: null, Limit: null, OverrideGuards: false, HostWorker: false, Detach: false, json);

    public bool IsLocal => !JobPath.StartsWith(Bucket, StringComparison.Ordinal);

    public ConnectorJobInput ToInput() => new()
    {
        JobPath = JobPath,
        FullResync = FullResync ? true : null,
        Users = Users,
        Limit = Limit,
        OverrideGuards = OverrideGuards ? true : null,
    };

    /// <summary>A path as typed, absolute; addresses as they are, but for one spelling of <c>s3://</c>, since the job's workflow is named by it.</summary>
    public static string Resolve(string path) =>
        path.StartsWith(Bucket, StringComparison.OrdinalIgnoreCase) ? Bucket + path[Bucket.Length..].TrimEnd('/')
        : path.Contains("://", StringComparison.Ordinal) ? path.TrimEnd('/')
        : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
