using Amazon;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using PersonalizeConnectors.Activities.Aws;

namespace PersonalizeConnectors.Activities.Secrets.Ssm;

/// <summary>The SDK's client, where SSM is to be asked at all.</summary>
/// <param name="Service">Who is asked, for messages.</param>
internal sealed record SsmClient(IAmazonSimpleSystemsManagement Sdk, string Service, string? Region)
{
    private const string AnyRegion = "us-east-1";

    private static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(15);

    /// <returns>Null where nothing says which SSM is meant.</returns>
    public static SsmClient? Create(SsmOptions options, HttpClientFactory? http)
    {
        var config = AwsClients.Prepare(new AmazonSimpleSystemsManagementConfig(), RequestPatience, http);
        // The getter looks at AWS_ENDPOINT_URL_SSM, AWS_ENDPOINT_URL and the profile.
        var endpoint = options.Endpoint ?? config.ServiceURL;
        var region = options.Region ?? AwsClients.DefaultRegion();
        if (options.Enabled == false || (options.Enabled is null && string.IsNullOrEmpty(endpoint) && region is null))
        {
            return null;
        }

        if (!string.IsNullOrEmpty(endpoint))
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region ?? AnyRegion;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region ?? AnyRegion);
        }

        return new(
            options.RoleArn is { } role
                ? new AmazonSimpleSystemsManagementClient(AwsClients.AssumeRole(role, options.ExternalId, config), config)
                : new AmazonSimpleSystemsManagementClient(config),
            string.IsNullOrEmpty(endpoint) ? $"SSM in {config.RegionEndpoint.SystemName}" : $"SSM at {endpoint.TrimEnd('/')}",
            region);
    }
}
