using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Core.Configuration;
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
        command.SetAction((parsed, cancellationToken) =>
            ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, bool json, CancellationToken cancellationToken)
    {
        using var host = LocalHost.Create(jobPath);
        IReadOnlyList<Problem> problems;
        var exitCode = ExitCodes.Usage;
        try
        {
            var location = host.Services.GetRequiredService<IJobLocator>().Open(jobPath);
            var result = await host.Services.GetRequiredService<JobValidator>().ValidateAsync(location, cancellationToken);
            problems = result.Configuration is { } configuration
                ? [.. result.Problems, .. await AccountsAsync(host, configuration, cancellationToken)]
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

    // A warning here, since configurations are checked where no key is; a run refuses.
    private static async Task<IEnumerable<Problem>> AccountsAsync(IHost host, JobConfiguration configuration, CancellationToken cancellationToken) =>
        (await host.Services.GetRequiredService<AccountCheck>().CheckAsync(configuration, cancellationToken)).Select(p => p with { Severity = Severity.Warning });
}
