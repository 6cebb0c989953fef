using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Worker.Service;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>The Temporal service that the environment or a profile names, for commands about runs that are under way there.</summary>
/// <param name="Connect">How it was reached, for a worker beside the client.</param>
internal sealed record ConfiguredService(ITemporalClient Client, TemporalClientConnectOptions Connect)
{
    /// <summary>Host and port.</summary>
    public string Address => Connect.TargetHost!;

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

        var service = new ConfiguredService(TemporalClient.CreateLazy(connect), connect);
        return await ServiceTrouble.FindAsync(service.Client, cancellationToken) is { } trouble
            ? throw new TemporalUnreachableException(trouble.Sentence)
            : service;
    }

    private static TemporalClientConnectOptions Load()
    {
        try
        {
            return TemporalSettings.Load();
        }
        catch (TemporalSettingsException e)
        {
            throw new TemporalUnreachableException(e.Message, e);
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
