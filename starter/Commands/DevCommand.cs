using System.CommandLine;
using PersonalizeConnectors.Starter.Dev;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>dev</c>: a local Temporal with its Web UI, and a worker.</summary>
internal static class DevCommand
{
    private const int DefaultPort = 7233;
    private const int DefaultUiPort = 8233;

    public static Command Create()
    {
        var root = new Option<string[]>("--root")
        {
            Description = "Folder whose jobs the worker takes; may be given several times. Default: Storage__LocalRoots, else the current folder.",
            HelpName = "path",
        };
        var database = new Option<string?>("--db") { Description = "File that keeps the history, so that the next start goes on with it. Default: in memory.", HelpName = "file" };
        var port = CommonOptions.Number("--port", $"Port of Temporal on 127.0.0.1. Default {DefaultPort}.", 1, ushort.MaxValue);
        var uiPort = CommonOptions.Number("--ui-port", $"Port of the Web UI on 127.0.0.1. Default {DefaultUiPort}.", 1, ushort.MaxValue);
        var json = CommonOptions.Json();
        var command = new Command(
            "dev",
            """
            Starts a local Temporal with its Web UI (the temporal program on PATH, else the SDK's own download), registers the search attributes and hosts a
            worker, for runs, schedules and the Web UI on this machine. Ctrl-C ends all of it.

            Example: personalize-connectors dev --root samples --db ./temporal.db
            """)
        {
            root, database, port, uiPort, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var place = new DevServerPlace(
                (int)(parsed.GetValue(port) ?? DefaultPort), (int)(parsed.GetValue(uiPort) ?? DefaultUiPort),
                parsed.GetValue(database) is { } file ? Path.GetFullPath(file) : null);
            return CommandEnd.RunAsync(parsed.GetValue(json), token => ExecuteAsync(place, parsed.GetValue(root) ?? [], parsed.GetValue(json), token), cancellationToken);
        });
        return command;
    }

    private static async Task<int> ExecuteAsync(DevServerPlace place, string[] roots, bool json, CancellationToken stopping)
    {
        try
        {
            await using var session = await Patience.ShowAsync("Starting Temporal", _ => DevSession.StartAsync(place, roots, stopping));
            await session.TellAsync(json);
            return await session.WaitAsync(stopping);
        }
        catch (DevServerException e)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.CannotConnect, e.Message);
        }
        catch (DevSettingsException e)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Usage, e.Message);
        }
        catch (WorkerStoppedException e)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Failed, e.Message);
        }
    }
}
