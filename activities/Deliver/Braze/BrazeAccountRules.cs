using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Braze's part in Plan: its endpoints are checked before a run writes anything.</summary>
internal sealed class BrazeAccountRules : IAccountRules
{
    public string Type => BrazeRules.Instance.Type;

    public void Check(string connector, DestinationAccount account) => BrazeEndpoint.Track(connector, account);
}
