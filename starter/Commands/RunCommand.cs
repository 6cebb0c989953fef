using System.CommandLine;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>run</c>: a job to its end, with live progress.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var fullResync = new Option<bool>("--full-resync") { Description = "Send every user, changed or not." };
        var users = new Option<string?>("--users") { Description = "Only these users, separated by commas.", HelpName = "a,b" };
        var limit = CommonOptions.Number("--limit", "At most so many updates.", 1, long.MaxValue);
        var overrideGuards = new Option<bool>("--override-guards") { Description = "Go on where a guard would stop the run." };
        var worker = new Option<bool>("--worker") { Description = "Host a worker for this run, when Temporal is a service. Without a service this process always does." };
        var detach = new Option<bool>("--detach") { Description = "Start the run on the service and return." };
        var json = CommonOptions.Json();
        var command = new Command(
            "run",
            """
            Runs a job to its end and shows its progress.

            Example: personalize-connectors run samples/etl_jobs/related_items/because_you_bought
            """)
        {
            job, fullResync, users, limit, overrideGuards, worker, detach, json,
        };
        command.SetAction((parsed, cancellationToken) => RunExecutor.ExecuteAsync(
            new RunRequest(
                RunRequest.Resolve(parsed.GetRequiredValue(job)),
                parsed.GetValue(fullResync),
                parsed.GetValue(users)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                parsed.GetValue(limit),
                parsed.GetValue(overrideGuards),
                parsed.GetValue(worker),
                parsed.GetValue(detach),
                parsed.GetValue(json)),
            cancellationToken));
        return command;
    }
}
