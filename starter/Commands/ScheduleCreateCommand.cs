using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule create</c>: runs a job again and again.</summary>
internal static class ScheduleCreateCommand
{
    // A night's run is made up for the next morning; what was missed longer ago is covered by the next firing, which reads the newest batch output.
    private static readonly TimeSpan DefaultCatchUp = TimeSpan.FromDays(1);

    // As short as the service goes.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestCatchUp = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var cron = Checked("--cron", "Fires as a cron expression says: minute hour day-of-month month day-of-week, or @daily and the like. May come several times.", "expression", CronExpression.FindProblem);
        var every = Checked("--every", "Fires at an interval, counted from the start of 1970 in UTC: 90s, 30m, 6h, 1d. May come several times.", "duration", text => Refuse(text, ShortestInterval));
        var zone = Single("--time-zone", "Time zone of --cron, such as Europe/Berlin; UTC where it is left out.", "name", TimeZones.FindProblem);
        zone.CompletionSources.Add(_ => TimeZoneInfo.GetSystemTimeZones().Select(z => new CompletionItem(z.Id)));
        var jitter = Single("--jitter", "Each firing comes up to so much later, so that not all jobs start at once.", "duration", text => Refuse(text, TimeSpan.Zero));
        var overlap = ScheduleCommand.Overlap($"What becomes of a firing while an earlier one's run is under way; {OverlapWords.Default} where it is left out.");
        var catchUp = Single(
            "--catch-up", $"Firings that an outage of the service kept from happening are made up for within so much; {Durations.Text(DefaultCatchUp)} where it is left out.",
            "duration", text => Refuse(text, ShortestCatchUp));
        var note = new Option<string?>("--note") { Description = "A note for whoever finds the schedule.", HelpName = "text" };
        var replace = new Option<bool>("--replace") { Description = "Take the place of the job's schedule, if it has one." };
        var options = new RunOptions();
        var command = new Command(
            "create",
            """
            Makes the schedule of a job on the Temporal service: each firing runs the job as "run" does. A job has one schedule, with as many times as wanted.

            Example: personalize-connectors schedule create samples/etl_jobs/related_items/because_you_bought --cron "0 3 * * *" --time-zone Europe/Berlin
            """)
        {
            cron, every, zone, jitter, overlap, catchUp, note, replace,
        };
        options.AddGuardedTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(cron) is null && result.GetResult(every) is null)
            {
                result.AddError("When shall it run? Give --cron \"0 3 * * *\" or --every 6h, or several of them.");
            }
        });
        return ScheduleCommand.OnAJob(command, async (schedules, parsed, jobPath, json, cancellationToken) =>
        {
            using var job = JobScope.Open(jobPath); // Refuses what is no job.
            var request = new ScheduleRequest(
                options.Read(parsed, jobPath, hostWorker: false, detach: false, json),
                parsed.GetValue(cron) ?? [],
                [.. (parsed.GetValue(every) ?? []).Select(e => Durations.Parse(e)!.Value)],
                parsed.GetValue(zone),
                parsed.GetValue(jitter) is { } late ? Durations.Parse(late) : null,
                parsed.GetValue(overlap) ?? OverlapWords.Default,
                parsed.GetValue(catchUp) is { } back ? Durations.Parse(back)!.Value : DefaultCatchUp,
                parsed.GetValue(note),
                parsed.GetValue(replace));
            return await ScheduleCommand.TellAsync(await schedules.CreateAsync(request, cancellationToken), json);
        });
    }

    private static Option<string[]?> Checked(string name, string description, string helpName, Func<string, string?> findProblem)
    {
        var option = new Option<string[]?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => AddErrors(result, name, findProblem));
        return option;
    }

    private static Option<string?> Single(string name, string description, string helpName, Func<string, string?> findProblem)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => AddErrors(result, name, findProblem));
        return option;
    }

    private static void AddErrors(OptionResult result, string name, Func<string, string?> findProblem)
    {
        foreach (var problem in result.Tokens.Select(t => findProblem(t.Value)).OfType<string>())
        {
            result.AddError($"{name}: {problem}");
        }
    }

    private static string? Refuse(string text, TimeSpan least) => Durations.Parse(text) switch
    {
        null => $"\"{text}\" is no duration; expected one such as 90s, 10m, 6h, 1d or 1h30m.",
        { } duration when duration < least => $"\"{text}\" is too short; expected {Durations.Text(least)} or more.",
        _ => null,
    };
}
