using System.Text.Json;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>Outcomes of connectors on their way from the workflow to the report, where a payload cannot hold them all.</summary>
internal static class StagedOutcomes
{
    private const int MaxBytes = 64 * 1024;

    /// <returns>Its key.</returns>
    public static async Task<string> PutAsync(JobLocation job, RunKeys keys, ConnectorOutcome outcome, CancellationToken cancellationToken)
    {
        var key = keys.ConnectorOutcome(outcome.Name);
        await job.Store.PutAsync(
            key, JsonSerializer.SerializeToUtf8Bytes(outcome, ReportJson.Readable.ConnectorOutcome), PutCondition.None, cancellationToken);
        return key;
    }

    /// <summary>The input with the outcomes that it only names.</summary>
    /// <exception cref="InvalidDataException">An outcome is damaged.</exception>
    public static async Task<ReportInput> ResolveAsync(JobLocation job, RunKeys keys, ReportInput input, CancellationToken cancellationToken)
    {
        var outcomes = new List<ConnectorOutcome>(input.Connectors);
        foreach (var name in input.StagedConnectors)
        {
            outcomes.Add(Parse(await job.Store.ReadAllAsync(keys.ConnectorOutcome(name), MaxBytes, cancellationToken), name));
        }

        return input with { Connectors = outcomes, StagedConnectors = [] };
    }

    private static ConnectorOutcome Parse(ReadOnlySpan<byte> json, string connector)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportJson.Readable.ConnectorOutcome)
                ?? throw new InvalidDataException($"The staged outcome of connector {connector} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The staged outcome of connector {connector} cannot be read: {e.Message}", e);
        }
    }
}
