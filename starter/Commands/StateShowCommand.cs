using System.CommandLine;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>state show</c>: what the destinations of a job have accepted.</summary>
internal static class StateShowCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = new Option<string?>("--connector") { Description = "Only this connector." };
        var json = CommonOptions.Json();
        var command = new Command(
            "show",
            """
            Shows what a job's destinations have accepted: users, days, attributes. Reads, and so checks, the whole state.

            Example: personalize-connectors state show samples/etl_jobs/related_items/because_you_bought
            """)
        {
            job, connector, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(connector), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, string? connector, bool json, CancellationToken cancellationToken)
    {
        using var job = JobScope.Open(jobPath);
        if (connector is not null)
        {
            await ConnectorNames.RequireAsync(job.Location, connector, cancellationToken);
        }

        var names = connector is not null ? [connector] : await ConnectorNames.ListAsync(job.Location, cancellationToken);
        var states = await Patience.ShowAsync("Reading the sync state", async position =>
        {
            var read = new List<ShownState>();
            foreach (var name in names)
            {
                read.Add(await ReadAsync(job.Location, name, position, cancellationToken));
            }

            return read;
        });
        var document = new StateDocument(job.Location.JobPath, states);
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(document));
        }
        else
        {
            Terminal.Write(StateView.Of(document, TimeProvider.System.GetUtcNow()));
        }

        // Without a connector there is nothing that could be well.
        return states.Count == 0 ? ExitCodes.Usage
            : states.Exists(s => s.Problem is not null) ? ExitCodes.Failed
            : ExitCodes.Done;
    }

    private static async Task<ShownState> ReadAsync(JobLocation job, string connector, IProgress<string> position, CancellationToken cancellationToken)
    {
        try
        {
            var state = await StateSurvey.ReadAsync(job, connector, users => position.Report($"{connector}, {Words.Number(users)} users"), cancellationToken);
            return new(connector, state, null);
        }
        catch (ConnectorException e) when (e.Type == FailureTypes.DamagedState)
        {
            return new(connector, null, e.Message);
        }
    }
}

/// <summary>The document of <c>state show --json</c>; <c>docs/state-show.schema.json</c>.</summary>
internal sealed record StateDocument(string JobPath, IReadOnlyList<ShownState> Connectors);

/// <param name="State">Null where there is none yet, or it is damaged.</param>
/// <param name="Problem">What is wrong with a damaged one, and the way out.</param>
internal sealed record ShownState(string Connector, StateSurvey? State, string? Problem);
