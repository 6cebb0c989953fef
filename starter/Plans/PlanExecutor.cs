using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>Checks the job as <c>validate</c> does, runs it dry, tells what came out.</summary>
internal static class PlanExecutor
{
    public static async Task<int> ExecuteAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        var (plan, exitCode) = await MakeAsync(request, interrupt);
        if (request.Run.Json)
        {
            await Console.Out.WriteLineAsync(plan.ToJson());
        }
        else
        {
            PlanView.Write(plan);
        }

        return exitCode;
    }

    private static async Task<(PlanDocument Plan, int ExitCode)> MakeAsync(PlanRequest request, Interrupt interrupt)
    {
        PlanCheck? check = null;
        try
        {
            check = await PlanCheck.RunAsync(request.Run.JobPath, interrupt.Token);
            if (check.Configuration is null || check.Problems.Any(p => p.Severity == Severity.Error))
            {
                return (PlanBuilder.Refused(request, check.Problems), ExitCodes.Usage);
            }

            await using var host = new PlanHost(request);
            await host.StartAsync(interrupt.Token);
            return Judge(request, check, await host.RunAsync(interrupt), host);
        }
        catch (TemporalUnreachableException e)
        {
            return Failed(e.Message, ExitCodes.CannotConnect);
        }
        catch (RpcException e)
        {
            return Failed($"The engine of this plan refused: {e.Message} ({e.Code}).", ExitCodes.CannotConnect);
        }
        catch (ConnectorException e)
        {
            return Failed(e.Message, ExitCodes.OfFailure(e.Type));
        }
        catch (WorkerStoppedException e)
        {
            return Failed(e.Message, ExitCodes.Failed);
        }
        catch (OperationCanceledException)
        {
            return Failed("Interrupted. Nothing was written or sent.", ExitCodes.Interrupted);
        }

        (PlanDocument, int) Failed(string reason, int exitCode) => (PlanBuilder.Failed(request, reason, check?.Problems ?? []), exitCode);
    }

    private static (PlanDocument Plan, int ExitCode) Judge(PlanRequest request, PlanCheck check, DryRunResult run, PlanHost host)
    {
        if (run.IsCanceled)
        {
            throw new OperationCanceledException();
        }

        if (run.Report is null)
        {
            return (
                PlanBuilder.Failed(request, run.Failure?.Message ?? "The dry run ended without a report.", check.Problems),
                ExitCodes.OfFailure(run.Failure?.Type));
        }

        var plan = PlanBuilder.Build(request, check, run.Report, host.Tally);
        var exitCode = plan.Status == PlanStatus.Stops ? ExitCodes.OfFailure(run.Failure?.Type)
            : run.Report.Status == RunStatus.CompletedWithRejections ? ExitCodes.DoneWithRejections
            : ExitCodes.Done;
        return (plan, exitCode);
    }
}
