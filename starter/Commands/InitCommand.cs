using System.CommandLine;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>init</c>: the folder of a new job.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("dir") { Description = "The new job's folder, <root>/etl_jobs/<job type>/<job name>, or a name below the current folder as root." };
        var type = new Option<string?>("--type") { Description = $"The job type: {string.Join(", ", JobTypes.Supported)}. May be left out where the folder says it.", HelpName = "T" };
        var json = CommonOptions.Json();
        type.CompletionSources.Add(_ => JobTypes.Supported.Select(t => new System.CommandLine.Completions.CompletionItem(t)));
        type.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && CommonOptions.Refuse("The job type", value, JobTypes.Supported) is { } problem)
            {
                result.AddError(problem);
            }
        });

        var command = new Command(
            "init",
            """
            Writes the folder of a new job: a commented config.json, its schema for editors, folders for the inputs. Overwrites nothing.

            Example: personalize-connectors init because_you_bought --type related_items
            """)
        {
            place, type, json,
        };
        command.SetAction((parsed, cancellationToken) =>
            CommandEnd.RunAsync(parsed.GetValue(json), _ => ExecuteAsync(parsed.GetRequiredValue(place), parsed.GetValue(type), parsed.GetValue(json)), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string given, string? type, bool json)
    {
        if (JobPlace.Find(given, type, Environment.CurrentDirectory, out var problem) is not { } place)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Usage, problem!);
        }

        if (File.Exists(Path.Combine(place.Folder, RunKeys.ConfigOf(""))))
        {
            return await CommandEnd.FailAsync(
                json, ExitCodes.Usage, $"{place.Folder} is a job already: it has a config.json. Nothing was written; give another name, or remove that file.");
        }

        IReadOnlyList<string> created;
        try
        {
            created = JobScaffold.Write(place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Failed, $"{place.Folder} cannot be written: {e.Message}");
        }

        await Console.Out.WriteLineAsync(json
            ? Document.Of(new InitDocument(place.Folder, place.JobType, created, JobScaffold.Placeholder))
            : InitView.Of(place, created, Environment.CurrentDirectory));
        return ExitCodes.Done;
    }
}

/// <summary><c>docs/init.schema.json</c>.</summary>
/// <param name="Created">Relative to the job's folder; folders end with a slash.</param>
/// <param name="Placeholder">The text in config.json to replace.</param>
internal sealed record InitDocument(string JobPath, string JobType, IReadOnlyList<string> Created, string Placeholder);
