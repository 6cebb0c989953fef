using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Braze, through <c>/users/track</c>.</summary>
internal sealed class BrazeDestination(BrazeClient client, IDestinationSecrets secrets, ILogger<BrazeDestination> logger) : IDestination, IRecordDestination
{
    public string Type => "braze";

    public async Task<DestinationSession> OpenAsync(DestinationContext context, CancellationToken cancellationToken)
    {
        var account = await secrets.ReadAsync(context.Connector.Name, cancellationToken);
        return new BrazeSession(
            context.Connector, new BrazePayloadWriter(context.Connector, context.Catalog, context.SentAttributes), client, secrets, account, logger);
    }

    public async Task<RecordSession> OpenForRecordsAsync(ConnectorConfiguration connector, CancellationToken cancellationToken) =>
        new BrazeSession(connector, payloads: null, client, secrets, await secrets.ReadAsync(connector.Name, cancellationToken), logger);
}
