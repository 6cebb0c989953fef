using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Temporal;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Jobs;

/// <summary>Runs the body of a command; whatever stops it becomes a sentence on standard error, an exit code and, with <c>--json</c>, the one document.</summary>
internal static class CommandEnd
{
    public static async Task<int> RunAsync(bool json, Func<CancellationToken, Task<int>> body, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        try
        {
            return await body(interrupt.Token);
        }
        catch (ConnectorException e)
        {
            return await FailAsync(json, ExitCodes.OfFailure(e.Type), e.Message);
        }
        catch (TemporalUnreachableException e)
        {
            return await FailAsync(json, ExitCodes.CannotConnect, e.Message);
        }
        catch (RpcException e)
        {
            return await FailAsync(json, ExitCodes.CannotConnect, TemporalUnreachableException.Refusal(e));
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return await FailAsync(json, ExitCodes.Interrupted, "Interrupted.");
        }
    }

    public static async Task<int> FailAsync(bool json, int exitCode, string message)
    {
        Terminal.Tell(Words.CleanLines(message));
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(new ErrorDocument(message, exitCode)));
        }

        return exitCode;
    }
}

/// <summary>What a command prints with <c>--json</c> where it could not do its work; <c>docs/error.schema.json</c>.</summary>
internal sealed record ErrorDocument(string Error, int ExitCode);
