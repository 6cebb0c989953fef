using System.CommandLine;
using System.Globalization;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Completion;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary>What several commands take.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "One JSON document on standard output; progress and logs go to standard error." };

    /// <summary>A whole number within limits, refused with the limits.</summary>
    public static Option<long?> Number(string name, string description, long least, long most) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(most == long.MaxValue ? $"{name} expects {least} or more, and \"{text}\" is not." : $"{name} expects {least} to {most}, and \"{text}\" is not.");
            return null;
        },
    };

    /// <summary>What is wrong with a value that is one of a few names, with the nearest of them; null where nothing is.</summary>
    public static string? Refuse(string what, string value, IReadOnlyList<string> names) => names.Contains(value, StringComparer.Ordinal)
        ? null
        : $"{what} \"{value}\" is unknown; expected {string.Join(", ", names.Take(names.Count - 1))} or {names[^1]}."
            + (NearestName.Find(value, names) is { } nearest ? $" Did you mean {nearest}?" : "");
}

/// <summary>Which users a run is about, for the commands that start or plan one.</summary>
internal sealed class RunOptions
{
    private readonly Option<bool> _fullResync = new("--full-resync") { Description = "Send every user, changed or not." };
    private readonly Option<string?> _users = new("--users") { Description = "Only these users, separated by commas.", HelpName = "a,b" };
    private readonly Option<long?> _limit = CommonOptions.Number("--limit", "At most so many updates.", 1, long.MaxValue);
    private readonly Option<bool> _overrideGuards = new("--override-guards") { Description = "Go on where a guard would stop the run." };

    public void AddTo(Command command)
    {
        AddSelection(command);
        command.Add(_overrideGuards);
    }

    /// <summary>For runs that nobody looks at: <c>--override-guards</c> is refused with the reason.</summary>
    public void AddGuardedTo(Command command)
    {
        AddSelection(command);
        _overrideGuards.Hidden = true;
        _overrideGuards.Validators.Add(result =>
        {
            if (!result.Implicit)
            {
                result.AddError(
                    "--override-guards is for one run that a person looks at (\"run --override-guards\"): a schedule fires when nobody does, and guards are there for that.");
            }
        });
        command.Add(_overrideGuards);
    }

    public RunRequest Read(ParseResult parsed, string job, bool hostWorker, bool detach, bool json) => new(
        RunRequest.Resolve(job),
        parsed.GetValue(_fullResync),
        parsed.GetValue(_users)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        parsed.GetValue(_limit),
        parsed.GetValue(_overrideGuards),
        hostWorker,
        detach,
        json);

    private void AddSelection(Command command)
    {
        command.Add(_fullResync);
        command.Add(_users);
        command.Add(_limit);
    }
}

/// <summary>The job a command is about.</summary>
internal static class JobArgument
{
    public static Argument<string> Create()
    {
        // Without a name for help, what completes it stands there: every folder at hand.
        var job = new Argument<string>("job") { HelpName = "job", Description = "Folder of the job: <root>/etl_jobs/<job type>/<job name>, absolute, relative or s3://<bucket>/etl_jobs/…." };
        job.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && string.IsNullOrWhiteSpace(result.Tokens[0].Value))
            {
                result.AddError("The job's folder is empty.");
            }
        });
        job.CompletionSources.Add(context => context.ParseResult.GetResult(job) is { Tokens.Count: > 0 } typed && typed.Tokens[0].Value != context.WordToComplete
            ? [] // It stands there already; something else is completed.
            : JobFolders.Complete(context.WordToComplete, Environment.CurrentDirectory));
        return job;
    }
}
