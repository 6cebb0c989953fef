using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using PersonalizeConnectors.Activities.Aws;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>The SDK's client for one bucket in one region.</summary>
/// <param name="Region">As it signs; the bucket may turn out to be elsewhere.</param>
/// <param name="Endpoint">Null where AWS itself is asked.</param>
internal sealed record S3Client(IAmazonS3 Sdk, string Region, string? Endpoint)
{
    private const string AnyRegion = "us-east-1";

    // A part of 8 MB over 1 Mbit/s.
    private static readonly TimeSpan RequestPatience = TimeSpan.FromMinutes(2);

    /// <summary>Who is asked, for messages.</summary>
    public string Service => Endpoint is null ? $"S3 in {Region}" : $"S3 at {Endpoint}";

    /// <param name="region">Where the bucket is known to be; null: as configured, or a first guess.</param>
    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>: a setting of the bucket cannot be used.</exception>
    public static S3Client Create(string bucket, S3BucketOptions options, string? region, HttpClientFactory? http)
    {
        var config = AwsClients.Prepare(new AmazonS3Config(), RequestPatience, http);
        // The getter looks at AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL and the profile.
        var endpoint = Check(bucket, options.Endpoint) ?? config.ServiceURL?.TrimEnd('/');
        region ??= options.Region ?? AwsClients.DefaultRegion() ?? AnyRegion;
        if (string.IsNullOrEmpty(endpoint))
        {
            endpoint = null;
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region;
            config.ForcePathStyle = true;
            // What not every store but AWS's knows: checksums behind the body, and checksums in answers.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }

        return new(
            options.RoleArn is { } role ? new AmazonS3Client(AwsClients.AssumeRole(role, options.ExternalId, config), config) : new AmazonS3Client(config),
            region, endpoint);
    }

    private static string? Check(string bucket, string? endpoint) =>
        endpoint is null || (Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
            ? endpoint?.TrimEnd('/')
            : throw new ConnectorException(
                FailureTypes.InvalidConfiguration,
                $"Storage__S3__{bucket}__Endpoint is \"{endpoint}\", which is no http or https address. Write one as http://localhost:4566, or leave it out for AWS.",
                transient: false);
}
