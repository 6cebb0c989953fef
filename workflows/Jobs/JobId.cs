using System.Security.Cryptography;
using System.Text;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>The one workflow id of a job: the run that has it is the only one. And the one id of its schedule.</summary>
public static class JobId
{
    private const string Prefix = "job:";
    private const string SchedulePrefix = "schedule:";
    private const int LongestPath = 200;

    /// <param name="jobPath">Canonical, or with trailing slashes.</param>
    public static string Of(string jobPath) => Prefix + Bounded(Canonical(jobPath));

    /// <param name="jobPath">Canonical, or with trailing slashes.</param>
    public static string ScheduleOf(string jobPath) => SchedulePrefix + Bounded(Canonical(jobPath));

    /// <summary>Without trailing slashes.</summary>
    public static string Canonical(string jobPath) => jobPath.Trim().TrimEnd('/', '\\');

    private static string Bounded(string path) =>
        path.Length <= LongestPath ? path : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
}
