using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Worker;

/// <summary>Asks the service once, at start, which of our search attributes it has; workflows set only those.</summary>
internal sealed partial class RegisteredSearchAttributes(ITemporalClient client, ILogger<RegisteredSearchAttributes> logger)
    : IRegisteredSearchAttributes, IHostedService
{
    // A service that does not answer by then is named by whoever polls it next.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Names { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.OperatorService.ListSearchAttributesAsync(
                new ListSearchAttributesRequest { Namespace = client.Options.Namespace },
                new RpcOptions { Timeout = Patience, CancellationToken = cancellationToken });
            Names = [.. ConnectorSearchAttributes.All.Select(a => a.Name).Where(answer.CustomAttributes.ContainsKey)];
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Without the right to ask, or with a service that is not there yet, runs go without search attributes.
            LogNotListed(logger, e.Message);
            return;
        }

        var missing = ConnectorSearchAttributes.All.Where(a => !Names.Contains(a.Name)).ToList();
        if (missing.Count > 0)
        {
            LogMissing(
                logger,
                string.Join(", ", missing.Select(a => a.Name)),
                "temporal operator search-attribute create " + string.Join(' ', missing.Select(a => $"--name {a.Name} --type {a.ValueType}")));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "Search attributes {Missing} are not registered; runs go without them. To add them: {Command}")]
    private static partial void LogMissing(ILogger logger, string missing, string command);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "Search attributes could not be listed; runs go without them: {Cause}")]
    private static partial void LogNotListed(ILogger logger, string cause);
}
