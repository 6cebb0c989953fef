using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>What a configuration may say and this version does not run yet.</summary>
public static class RunnableJobs
{
    public static IEnumerable<Problem> RefuseType(JobLocation job)
    {
        if (!JobTypes.Supported.Contains(job.JobType))
        {
            yield return new()
            {
                File = job.Prefix,
                Found = $"the job type \"{job.JobType}\"",
                Expected = "a job type that this version runs: " + string.Join(", ", JobTypes.Supported),
                Nearest = NearestName.Find(job.JobType, JobTypes.Supported),
            };
        }
    }
}
