using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule</c>: recurring runs.</summary>
internal static class ScheduleCommand
{
    public static Command Create() => new("schedule", "Recurring runs of a job, as a Temporal Schedule.")
    {
        ScheduleCreateCommand.Create(),
        ScheduleListCommand.Create(),
        ScheduleDescribeCommand.Create(),
        SchedulePauseCommand.CreatePause(),
        SchedulePauseCommand.CreateResume(),
        ScheduleTriggerCommand.Create(),
        ScheduleBackfillCommand.Create(),
        ScheduleDeleteCommand.Create(),
    };

    /// <summary>Adds the job and <c>--json</c>, and runs the body on the configured service.</summary>
    /// <param name="body">Gets the service's schedules, what was typed, the job's path; gives the exit code.</param>
    public static Command OnAJob(Command command, Func<JobSchedules, ParseResult, string, bool, CancellationToken, Task<int>> body)
    {
        var job = JobArgument.Create();
        var json = CommonOptions.Json();
        command.Add(job);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            async token => await body(
                await JobSchedules.ConnectAsync(token), parsed, RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    public static async Task<int> TellAsync(ScheduleDocument schedule, bool json)
    {
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(schedule));
        }
        else
        {
            Terminal.Write(ScheduleView.Of(schedule, TimeZoneInfo.Local));
        }

        return ExitCodes.Done;
    }

    public static async Task<int> TellAsync(FiringsDocument firings, bool json)
    {
        await Console.Out.WriteLineAsync(json ? Document.Of(firings) : firings.Sentence());
        return ExitCodes.Done;
    }

    /// <summary>An option that takes one of the overlap policies.</summary>
    public static Option<string?> Overlap(string description)
    {
        var overlap = new Option<string?>("--overlap") { Description = $"{description} One of {string.Join(", ", OverlapWords.All)}.", HelpName = "policy" };
        overlap.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && OverlapWords.FindProblem(result.Tokens[0].Value) is { } problem)
            {
                result.AddError(problem);
            }
        });
        overlap.CompletionSources.Add([.. OverlapWords.All]);
        return overlap;
    }
}
