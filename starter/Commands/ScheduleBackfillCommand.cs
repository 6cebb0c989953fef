using System.CommandLine;
using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule backfill</c>: fires for a time that is past.</summary>
internal static class ScheduleBackfillCommand
{
    public static Command Create()
    {
        var from = Time("--from", "First time to make up for, as 2026-11-27 or 2026-11-27T03:00; this machine's time, unless an offset says otherwise.");
        var to = Time("--to", "Last time to make up for; now where it is left out.");
        from.Required = true;
        var overlap = ScheduleCommand.Overlap($"For these firings; {OverlapWords.Default} where it is left out.");
        var command = new Command(
            "backfill",
            """
            Fires the schedule of a job for a time that is past. Every firing reads the newest batch output, so one run brings a destination up to date,
            and the policy skip leaves the others out; buffer-all runs each of them, one after the other.

            Example: personalize-connectors schedule backfill samples/etl_jobs/related_items/because_you_bought --from 2026-11-27
            """)
        {
            from, to, overlap,
        };
        command.Validators.Add(result =>
        {
            var (first, last, now) = (result.GetValue(from), result.GetValue(to), TimeProvider.System.GetUtcNow());
            if (first > (last ?? now))
            {
                result.AddError(last is null ? "--from is still to come; a backfill is for times that are past." : "--from is later than --to.");
            }
            else if (last > now)
            {
                result.AddError("--to is still to come; a backfill is for times that are past.");
            }
        });
        return ScheduleCommand.OnAJob(command, async (schedules, parsed, jobPath, json, cancellationToken) => await ScheduleCommand.TellAsync(
            await schedules.BackfillAsync(
                jobPath,
                new BackfillSpan(parsed.GetValue(from)!.Value, parsed.GetValue(to) ?? TimeProvider.System.GetUtcNow(), parsed.GetValue(overlap) ?? OverlapWords.Default),
                cancellationToken),
            json));
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (BackfillSpan.Parse(text) is { } time)
            {
                return time;
            }

            result.AddError($"{name}: \"{text}\" is no time; expected one such as 2026-11-27, 2026-11-27T03:00 or 2026-11-27T03:00+01:00.");
            return null;
        },
    };
}
