using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Lets only Braze's own REST hosts through: the key goes nowhere else.</summary>
internal static partial class BrazeEndpoint
{
    /// <summary>Address of <c>/users/track</c>. Without a slash at its end, which Braze answers with 403.</summary>
    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>.</exception>
    public static Uri Track(string connector, DestinationAccount account)
    {
        var endpoint = account.Endpoint;
        var isBare = endpoint.AbsolutePath == "/" && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0 && endpoint.UserInfo.Length == 0;
        var isBraze = endpoint.Scheme == Uri.UriSchemeHttps && endpoint.IsDefaultPort && Host().IsMatch(endpoint.Host);
        if (isBare && (isBraze || (endpoint.IsLoopback && account.AllowLoopback)))
        {
            return new Uri(endpoint, "users/track");
        }

        var cure = endpoint.IsLoopback
            ? "An address of this machine is taken only where AllowLoopback of the connector is true"
            : "It must be https://rest.<cluster>.braze.com or .eu, as Braze's dashboard shows it, without a path";
        throw new ConnectorException(
            FailureTypes.InvalidConfiguration, $"The endpoint of connector \"{connector}\" is no REST endpoint of Braze. {cure}.", transient: false);
    }

    // Clusters come and go: rest.iad-01.braze.com, rest.us-10.braze.com, rest.fra-02.braze.eu.
    [GeneratedRegex(@"\Arest\.[a-z]{2,3}-[0-9]{2}\.braze\.(?:com|eu)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Host();
}
