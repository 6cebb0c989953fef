using System.CommandLine;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>run</c>: a job to its end, with live progress.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var options = new RunOptions();
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
            job,
        };
        options.AddTo(command);
        command.Add(worker);
        command.Add(detach);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => RunExecutor.ExecuteAsync(
            options.Read(parsed, parsed.GetRequiredValue(job), parsed.GetValue(worker), parsed.GetValue(detach), parsed.GetValue(json)), cancellationToken));
        return command;
    }
}
