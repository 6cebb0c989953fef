using Temporalio.Client;
using Temporalio.Common.EnvConfig;

namespace PersonalizeConnectors.Worker.Service;

/// <summary>How Temporal is reached, read as Temporal's own tools read it: <c>TEMPORAL_*</c> and the profiles of <c>temporal.toml</c>.</summary>
public static class TemporalSettings
{
    /// <returns>Without a <c>TargetHost</c> where no service is configured.</returns>
    /// <exception cref="TemporalSettingsException">They cannot be read.</exception>
    public static TemporalClientConnectOptions Load()
    {
        try
        {
            return ClientEnvConfig.LoadClientConnectOptions();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException or UriFormatException)
        {
            throw new TemporalSettingsException(
                $"Temporal's settings cannot be read: {e.Message.TrimEnd('.', '\n')}. Look at TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE and temporal.toml.", e);
        }
    }
}

/// <summary>The settings of Temporal are wrong; the message says which and what to do.</summary>
public sealed class TemporalSettingsException(string message, Exception cause) : Exception(message, cause);
