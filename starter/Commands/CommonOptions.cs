using System.CommandLine;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary>What several commands take.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "One JSON document on standard output; progress and logs go to standard error." };
}

/// <summary>The job a command is about.</summary>
internal static class JobArgument
{
    public static Argument<string> Create() => new("job") { Description = "Folder of the job: <root>/etl_jobs/<job type>/<job name>, absolute, relative or s3://<bucket>/etl_jobs/…." };
}
