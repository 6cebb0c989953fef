using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Environment variables of the product's programs.</summary>
internal static class ProgramEnvironment
{
    public static Dictionary<string, string?> Of(BrazeSimulator? braze, string? temporalAddress = null, string? localRoot = null)
    {
        var environment = new Dictionary<string, string?>();
        if (braze is not null)
        {
            environment["Connectors__Braze__RestEndpointUrl"] = braze.Address.GetLeftPart(UriPartial.Authority);
            environment["Connectors__Braze__ApiKey"] = braze.ApiKey;
            environment["Connectors__Braze__AllowLoopback"] = "true";
        }

        if (temporalAddress is not null)
        {
            environment["TEMPORAL_ADDRESS"] = temporalAddress;
        }

        if (localRoot is not null)
        {
            environment["Storage__LocalRoots__0"] = localRoot;
        }

        return environment;
    }
}
