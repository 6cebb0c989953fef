using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>A job as events see it.</summary>
/// <param name="JobPath">As the watch's root writes it.</param>
/// <param name="InputAddress">Where its batch output appears: <c>s3://bucket/folder/</c>, with the trailing slash.</param>
internal sealed partial record WatchedJob(string JobPath, JobLocation Location, JobConfiguration Configuration, string InputAddress)
{
    private const string BatchPrefix = "batch_";

    /// <summary>Where the job lies, with the trailing slash.</summary>
    public string Address { get; } = $"{Location.Store.Address}/{Location.Prefix}";

    public bool IsOutput(string address) =>
        address.EndsWith(".out", StringComparison.Ordinal) && address.StartsWith(InputAddress, StringComparison.Ordinal);

    /// <summary>True where the batch job's output is read by this job: by its folder, else by its name in the solution's layout.</summary>
    public bool IsOutputOf(WatchEvent.Completed batchJob)
    {
        if (batchJob.OutputPath is { } path)
        {
            var folder = path.TrimEnd('/') + "/";
            return folder.StartsWith(InputAddress, StringComparison.Ordinal) || InputAddress.StartsWith(folder, StringComparison.Ordinal);
        }

        // batch/<dataset group>/<solution>/batch_<solution>_YYYY_MM_DD_HH_MM_SS/
        var last = InputAddress.TrimEnd('/').Split('/')[^1];
        return batchJob.JobName is { } name
            && (last == name || BatchPrefix + last == name || (SolutionsJob().Match(name) is { Success: true } match && last == match.Groups[1].Value));
    }

    [GeneratedRegex(@"\Abatch_(.+)_[0-9]{4}(?:_[0-9]{2}){5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SolutionsJob();
}
