using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Severity = PersonalizeConnectors.Core.Configuration.Severity;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Tells how a closed run ended: its report, or why there is none; and the exit code.</summary>
internal static class RunEnd
{
    public static async Task<int> TellAsync(RunRequest request, WorkflowHandle handle, WorkflowExecutionDescription closed)
    {
        var (result, failure) = await ResultAsync(handle);
        var runId = result?.RunId ?? await RunIdAsync(closed);
        var report = runId is null ? null : await ReadReportAsync(request.JobPath, runId, failure);
        if (report is null && request.Json)
        {
            await Console.Out.WriteLineAsync(RunSummary.WithoutReport(request.JobPath, handle.Id, runId, closed.Status, failure?.Message));
        }
        else if (report is not null && request.Json)
        {
            await Console.Out.WriteLineAsync(report);
        }
        else if (report is not null)
        {
            TellReport(report, runId!);
        }

        if (failure is not null && (report is null || !request.Json))
        {
            Terminal.Tell(Words.CleanLines(failure.Message));
        }

        if (failure?.Type == FailureTypes.InvalidConfiguration && !request.Json)
        {
            await TellProblemsAsync(request);
        }

        return closed.Status switch
        {
            WorkflowExecutionStatus.Completed => ExitCodes.OfStatus(result?.Status ?? RunStatus.Failed),
            WorkflowExecutionStatus.Failed => ExitCodes.OfFailure(failure?.Type),
            _ => ExitCodes.Failed,
        };
    }

    // A person sees the picture; a log gets lines that can be searched.
    private static void TellReport(string report, string runId)
    {
        if (Console.IsOutputRedirected)
        {
            RunSummary.Write(JsonDocument.Parse(report), Console.Out);
        }
        else
        {
            Terminal.Write(ReportView.End(ReportReader.Parse(Encoding.UTF8.GetBytes(report), runId), TimeProvider.System.GetUtcNow()));
        }
    }

    /// <summary>Ends a command that never had a run to follow: the sentence for a person, and the one document where it is promised.</summary>
    public static async Task<int> FailAsync(RunRequest request, int exitCode, string message)
    {
        Terminal.Tell(Words.CleanLines(message));
        if (request.Json)
        {
            await Console.Out.WriteLineAsync(RunSummary.WithoutReport(
                request.JobPath, JobId.Of(request.JobPath), runId: null, WorkflowExecutionStatus.Failed, message));
        }

        return exitCode;
    }

    // The failure names a dozen problems at most; here all of them stand with their places.
    private static async Task TellProblemsAsync(RunRequest request)
    {
        using var host = LocalHost.Create(request.JobPath);
        try
        {
            var job = host.Services.GetRequiredService<IJobLocator>().Open(request.JobPath);
            var result = await host.Services.GetRequiredService<JobValidator>().ValidateAsync(job, CancellationToken.None);
            if (result.Problems.Any(problem => problem.Severity == Severity.Error))
            {
                ProblemTable.Write(result.Problems, Console.Error);
            }
        }
        catch (ConnectorException)
        {
            // The run's workers may read what this machine cannot; what they found was told above.
        }
    }

    private static async Task<(ConnectorJobResult? Result, FailureCause? Failure)> ResultAsync(WorkflowHandle handle)
    {
        try
        {
            return (await handle.GetResultAsync<ConnectorJobResult>(), null);
        }
        catch (WorkflowFailedException e) when (e.InnerException is CanceledFailureException)
        {
            return (null, new("Canceled", "The run was canceled; what was accepted before is recorded."));
        }
        catch (WorkflowFailedException e) when (e.InnerException is { } cause)
        {
            var details = (cause as ApplicationFailureException)?.Details;
            return (details?.Count > 0 ? details.ElementAt<ConnectorJobResult>(0) : null, FailureCause.Of(cause));
        }
    }

    // The memo carries the run id from Plan on, whatever became of the run.
    private static async Task<string?> RunIdAsync(WorkflowExecutionDescription closed) =>
        closed.Memo.TryGetValue("RunId", out var value) ? await value.ToValueAsync<string>() : null;

    private static async Task<string?> ReadReportAsync(string jobPath, string runId, FailureCause? failure)
    {
        using var host = LocalHost.Create(jobPath);
        try
        {
            var job = host.Services.GetRequiredService<IJobLocator>().Open(jobPath);
            await using var stream = await job.Store.OpenAsync(new RunKeys(job.Prefix, runId).Report, ByteRange.All, null, CancellationToken.None);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
        catch (ObjectNotFoundException)
        {
            // A run that failed before it wrote anything has no report.
            return null;
        }
        catch (ConnectorException e) when (e.Message == failure?.Message)
        {
            // The run said so itself.
            return null;
        }
        catch (ConnectorException e)
        {
            // The run's workers may read what this machine cannot.
            Terminal.Tell(Words.CleanLines($"The run's report cannot be read from here. {e.Message}"));
            return null;
        }
    }
}
