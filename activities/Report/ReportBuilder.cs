using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>Puts the document together from what the workflow counted and what lies in staging; works with as much of that as there is.</summary>
internal static class ReportBuilder
{
    /// <param name="run">Null where there is no plan that can be read.</param>
    /// <param name="onDamaged">Told of every staging object that cannot be read, which is then left out.</param>
    public static async Task<ReportDocument> BuildAsync(JobLocation job, RunKeys keys, ReportInput input, OpenedRun? run, Action<string> onDamaged, StepContext context)
    {
        var connectors = new Dictionary<string, ReportedConnector>(StringComparer.Ordinal);
        foreach (var outcome in input.Connectors)
        {
            var log = new OutcomeSegments(job.Store, keys, outcome.Name, onDamaged);
            var logged = await OutcomeReader.ReadAsync(log, context);

            // A delivery that failed or was canceled counted for nobody but its log.
            connectors[outcome.Name] = new(
                $"{job.Store.Address.TrimEnd('/')}/{keys.OutputFolder(outcome.Name)}", outcome.Records, outcome.Users,
                logged.Requests ?? outcome.Requests, logged.CollapsedUsers, logged.Rejections);
        }

        return new()
        {
            JobPath = job.JobPath,
            JobType = input.JobType ?? job.JobType,
            RunId = keys.RunId,
            WorkflowId = input.WorkflowId,
            Status = StatusOf(input),
            StartedAt = input.StartedAt.ToUniversalTime(),
            Seconds = input.Seconds,
            Failure = FailureOf(input),
            Input = run is { Plan.BatchFiles.Count: > 0 } ? ReportedInput.Of(run) : null,
            Lines = input.Lines,
            Mapping = input.Mapping,
            Catalog = input.Catalog,
            Connectors = connectors,
            Steps = input.Steps,
            Samples = await SampleReader.ReadAsync(job.Store, keys, onDamaged, context),
        };
    }

    /// <summary>Canceled is what somebody asked for; a user whose outcome is unknown makes the run failed, since nobody can say it is done.</summary>
    public static string StatusOf(ReportInput input) =>
        input.Canceled ? RunStatus.Canceled
        : FailureOf(input) is not null ? RunStatus.Failed
        : input.Connectors.Any(c => c.Users.Rejected > 0) ? RunStatus.CompletedWithRejections
        : RunStatus.Completed;

    private static string? FailureOf(ReportInput input)
    {
        var sentences = new List<string>();
        if (input.Failure is not null)
        {
            sentences.Add(input.Failure);
        }

        foreach (var connector in input.Connectors)
        {
            if (connector.Failure is { } failure)
            {
                sentences.Add(
                    input.Connectors.Count == 1 || failure.StartsWith(connector.Name + ":", StringComparison.Ordinal) ? failure : $"{connector.Name}: {failure}");
            }
            else if (connector.Users.Unknown > 0)
            {
                sentences.Add($"{connector.Name}: what became of {connector.Users.Unknown} users is unknown; the next run sends them again.");
            }
        }

        return sentences.Count == 0 ? null : string.Join(' ', sentences.Distinct(StringComparer.Ordinal));
    }
}
