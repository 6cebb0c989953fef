using System.CommandLine;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Starter.Demo;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>demo</c>: two runs on the sample shop against a simulated Braze, with nothing installed.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Option<string?>("--folder") { Description = "Where the sample shop is copied to; new or empty. Default: a fresh temporary folder.", HelpName = "path" };
        var json = CommonOptions.Json();
        var command = new Command(
            "demo",
            """
            Runs a job on a copy of the sample shop against a simulated Braze, changes a little, and runs it again: everything, then only the delta.
            Needs no account, no server and no network.

            Example: personalize-connectors demo --folder ./larkfell
            """)
        {
            folder, json,
        };
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetValue(folder), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string? folder, bool json, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        try
        {
            var shop = DemoShop.Copy(folder);
            await using var host = new DemoHost(shop);
            await host.StartAsync(interrupt.Token);
            await TellAsync($"First run of {shop.JobPath}");
            var first = await host.RunAsync(interrupt);
            var changes = shop.Change([.. JsonNode.Parse(first.Profile["bought_itemId"]!)!.AsArray().Select(id => (string)id!)]);
            await TellAsync($"Second run, after three changes:\n  {string.Join("\n  ", changes)}");
            var second = await host.RunAsync(interrupt);
            if (json)
            {
                await Console.Out.WriteLineAsync(DemoDocument.Serialize(first, second));
            }
            else
            {
                DemoView.Write(shop, changes, first, second);
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
        catch (TemporalUnreachableException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.CannotConnect;
        }
        catch (WorkflowFailedException e)
        {
            await Console.Error.WriteLineAsync(e.InnerException is { } cause ? FailureCause.Of(cause).Message : e.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted before a run began.");
            return ExitCodes.Failed;
        }
    }

    // Progress is for people; standard output holds the result alone.
    private static Task TellAsync(string sentence) => Console.Error.WriteLineAsync(sentence);
}
