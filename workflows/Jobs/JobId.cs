using System.Security.Cryptography;
using System.Text;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>The one workflow id of a job: the run that has it is the only one.</summary>
public static class JobId
{
    private const string Prefix = "job:";
    private const int LongestPath = 200;

    /// <param name="jobPath">Canonical, or with trailing slashes.</param>
    public static string Of(string jobPath)
    {
        var path = Canonical(jobPath);
        return Prefix + (path.Length <= LongestPath
            ? path
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))));
    }

    /// <summary>Without trailing slashes.</summary>
    public static string Canonical(string jobPath) => jobPath.Trim().TrimEnd('/', '\\');
}
