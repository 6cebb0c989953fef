using PersonalizeConnectors.Activities.Secrets;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>An account for requests that go nowhere, so that a dry run needs no secret and cannot give one away.</summary>
internal sealed class DrySecrets : IDestinationSecrets
{
    // Port 9 discards; nothing connects to it either.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    public Task<DestinationAccount> ReadAsync(string connectorName, CancellationToken cancellationToken) =>
        Task.FromResult(new DestinationAccount(Nowhere, new ApiKey("none-" + connectorName), AllowLoopback: true));
}
