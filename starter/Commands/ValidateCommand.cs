using System.CommandLine;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>validate</c>: every problem of a job's configuration and inputs at once.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var json = CommonOptions.Json();
        var command = new Command(
            "validate",
            """
            Shows every problem in a job's config.json and inputs at once. Changes and sends nothing.

            Example: personalize-connectors validate samples/etl_jobs/user_personalization/picked_for_you --json
            """)
        {
            job, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json), token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(json), token), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, bool json, CancellationToken cancellationToken)
    {
        IReadOnlyList<Problem> problems;
        var exitCode = ExitCodes.Usage;
        try
        {
            using var job = JobScope.Open(jobPath);
            var validator = job.Get<JobValidator>();
            var result = await Patience.ShowAsync("Reading the inputs", _ => validator.ValidateAsync(job.Location, cancellationToken));
            problems = result.Configuration is { } configuration
                ? [.. result.Problems, .. await AccountsAsync(job, configuration, cancellationToken)]
                : result.Problems;
        }
        catch (ConnectorException e)
        {
            problems = [new Problem { File = jobPath, Found = e.Message, Expected = "the folder of a job" }];
            exitCode = e.Type == FailureTypes.AwsUnreachable ? ExitCodes.CannotConnect : ExitCodes.Usage;
        }

        if (json)
        {
            await Console.Out.WriteLineAsync(ProblemDocument.Serialize(problems));
        }
        else
        {
            ProblemTable.Write(problems, Console.Out);
        }

        return problems.Any(p => p.Severity == Severity.Error) ? exitCode : ExitCodes.Done;
    }

    // A warning here, since configurations are checked where no key and no queue is; a run refuses.
    private static async Task<IEnumerable<Problem>> AccountsAsync(JobScope job, JobConfiguration configuration, CancellationToken cancellationToken) =>
        (await job.Get<AccountCheck>().CheckAsync(configuration, cancellationToken, onlyLooks: true))
            .Concat(await job.Get<QueueCheck>().CheckAsync(configuration, cancellationToken, onlyLooks: true))
            .Select(p => p with { Severity = Severity.Warning });
}
