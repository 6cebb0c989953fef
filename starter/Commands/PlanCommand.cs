using System.CommandLine;
using PersonalizeConnectors.Starter.Plans;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>plan</c>: what a run would do, without writing or sending anything.</summary>
internal static class PlanCommand
{
    private const int DefaultSamples = 3;
    private const int MostSamples = 100;

    public static Command Create()
    {
        var job = JobArgument.Create();
        var options = new RunOptions();
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
            job,
        };
        options.AddTo(command);
        command.Add(samples);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => PlanExecutor.ExecuteAsync(
            new PlanRequest(
                options.Read(parsed, parsed.GetRequiredValue(job), hostWorker: true, detach: false, parsed.GetValue(json)),
                (int)(parsed.GetValue(samples) ?? DefaultSamples)),
            cancellationToken));
        return command;
    }
}
