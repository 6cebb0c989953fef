using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Asks a run to stop.</summary>
internal static class RunCancel
{
    private const int Attempts = 60;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Asked again until the service has heard it: a cancel that is lost in an outage would leave a run that nobody wants.</summary>
    /// <exception cref="RpcException">It refused, or stayed away.</exception>
    public static async Task AskAsync(WorkflowHandle handle)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await handle.CancelAsync();
                return;
            }
            catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound)
            {
                return; // It is over already.
            }
            catch (RpcException e) when (attempt < Attempts && e.Code is not RpcException.StatusCode.PermissionDenied)
            {
                await Task.Delay(Between, TimeProvider.System);
            }
        }
    }
}
