using System.CommandLine;
using PersonalizeConnectors.Starter.Plans;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>plan</c>: what a run would do, without writing or sending anything.</summary>
internal static class PlanCommand
{
    private const int DefaultSamples = 3;
    private const int MostSamples = 100;

    public static Command Create()
    {
        var job = JobArgument.Create();
        var fullResync = new Option<bool>("--full-resync") { Description = "As if every user were sent, changed or not." };
        var users = new Option<string?>("--users") { Description = "Only these users, separated by commas.", HelpName = "a,b" };
        var limit = CommonOptions.Number("--limit", "At most so many updates.", least: 1, most: long.MaxValue);
        var overrideGuards = new Option<bool>("--override-guards") { Description = "Go on where a guard would stop the run." };
        var samples = CommonOptions.Number(
            "--samples", $"Payloads to show of new, changed, removed and resent users each; {DefaultSamples} by default.", least: 0, most: MostSamples);
        var json = CommonOptions.Json();

        var command = new Command(
            "plan",
            """
            Shows what a run would do: users new, changed, removed and rejected, requests, bytes, time, data points, payloads.
            The same steps as a run, in a private temporary folder. Writes nothing to the job, sends nothing, needs no key.
            Exit codes as those of the run: 1 it would stop, 2 configuration, 3 users would be rejected.

            Example: personalize-connectors plan samples/etl_jobs/related_items/because_you_bought
            """)
        {
            job, fullResync, users, limit, overrideGuards, samples, json,
        };
        command.SetAction((parsed, cancellationToken) => PlanExecutor.ExecuteAsync(
            new PlanRequest(
                new RunRequest(
                    RunRequest.Resolve(parsed.GetRequiredValue(job)),
                    parsed.GetValue(fullResync),
                    parsed.GetValue(users)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                    parsed.GetValue(limit),
                    parsed.GetValue(overrideGuards),
                    HostWorker: true,
                    Detach: false,
                    parsed.GetValue(json)),
                (int)(parsed.GetValue(samples) ?? DefaultSamples)),
            cancellationToken));
        return command;
    }
}
