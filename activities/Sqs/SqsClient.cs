using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using PersonalizeConnectors.Activities.Aws;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>The SDK's client in one region.</summary>
/// <param name="Service">Who is asked, for messages.</param>
internal sealed record SqsClient(IAmazonSQS Sdk, string Service, string Region) : IDisposable
{
    // A long poll takes 20 s before it answers.
    private static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(40);

    public static SqsClient Create(SqsOptions options, string region, HttpClientFactory? http)
    {
        var config = AwsClients.Prepare(new AmazonSQSConfig(), RequestPatience, http);
        // The getter looks at AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL and the profile.
        var endpoint = options.Endpoint ?? config.ServiceURL;
        if (string.IsNullOrEmpty(endpoint))
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region;
        }

        return new(
            options.RoleArn is { } role ? new AmazonSQSClient(AwsClients.AssumeRole(role, options.ExternalId, config), config) : new AmazonSQSClient(config),
            string.IsNullOrEmpty(endpoint) ? $"SQS in {region}" : $"SQS at {endpoint.TrimEnd('/')}",
            region);
    }

    public void Dispose() => Sdk.Dispose();
}
