using System.CommandLine;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Demo;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Runs;
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
        folder.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && string.IsNullOrWhiteSpace(result.Tokens[0].Value))
            {
                result.AddError("--folder expects the path of a new or empty folder, and what was given is no path.");
            }
        });
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
        DemoShop? shop = null;
        try
        {
            shop = DemoShop.At(folder);
            await ShowAsync(shop, json, interrupt);
            return ExitCodes.Done;
        }
        catch (Exception e) when (EndOf(e) is { } end)
        {
            var left = shop is not null && Directory.Exists(shop.Folder) ? $" What was written lies in {shop.Folder}." : "";
            return await CommandEnd.FailAsync(json, end.ExitCode, end.Message + left);
        }
    }

    private static async Task ShowAsync(DemoShop shop, bool json, Interrupt interrupt)
    {
        shop.Fill();
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
    }

    // Null for a fault of this program, which shall be seen as one.
    private static (int ExitCode, string Message)? EndOf(Exception exception) => exception switch
    {
        OperationCanceledException or WorkflowFailedException { InnerException: CanceledFailureException } => (ExitCodes.Interrupted, "Interrupted."),
        WorkflowFailedException { InnerException: { } cause } => (ExitCodes.Failed, FailureCause.Of(cause).Message),
        ConnectorException e => (ExitCodes.OfFailure(e.Type), e.Message),
        WorkflowFailedException or WorkerStoppedException or IOException or UnauthorizedAccessException => (ExitCodes.Failed, exception.Message),
        TemporalUnreachableException e => (ExitCodes.CannotConnect, e.Message),
        RpcException e => (ExitCodes.CannotConnect, $"The engine of this demo refused: {e.Message} ({e.Code})."),
        _ => null,
    };

    // Progress is for people; standard output holds the result alone.
    private static Task TellAsync(string sentence) => Console.Error.WriteLineAsync(sentence);
}
