using PersonalizeConnectors.Worker;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>The Temporal service that the environment or a profile names, for commands about runs that are under way there.</summary>
/// <param name="Connect">How it was reached, for a worker beside the client.</param>
internal sealed record ConfiguredService(ITemporalClient Client, TemporalClientConnectOptions Connect)
{
    /// <summary>Host and port.</summary>
    public string Address => Connect.TargetHost!;

    // An address that swallows packets would hold a connect for minutes; ten seconds are plenty for a service that is there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>Null where none is configured.</returns>
    /// <exception cref="TemporalUnreachableException">It is configured, and not there, or its settings cannot be read.</exception>
    public static async Task<ConfiguredService?> ConnectAsync(CancellationToken cancellationToken)
    {
        var connect = ConnectorWorkerServiceCollectionExtensions.WithConverter(Load());
        connect.Runtime = CoreLogs.Runtime;
        if (string.IsNullOrEmpty(connect.TargetHost))
        {
            return null;
        }

        try
        {
            return new(await TemporalClient.ConnectAsync(connect).WaitAsync(Patience, cancellationToken), connect);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or ArgumentException or TimeoutException)
        {
            throw new TemporalUnreachableException(
                $"Temporal at {connect.TargetHost} (namespace {connect.Namespace}) cannot be reached. Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS, and that the service is up.", e);
        }
    }

    private static TemporalClientConnectOptions Load()
    {
        try
        {
            return ClientEnvConfig.LoadClientConnectOptions();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException)
        {
            throw new TemporalUnreachableException(
                $"Temporal's settings cannot be read: {e.Message.TrimEnd('.', '\n')}. Look at TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE and temporal.toml.", e);
        }
    }
}

/// <summary>Temporal is not there; exit code 4.</summary>
internal sealed class TemporalUnreachableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What is said where the configured service is there and refuses.</summary>
    public static string Refusal(RpcException refused) =>
        $"Temporal refused: {refused.Message} ({refused.Code}). Check TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and what the account may do.";
}
