using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace PersonalizeConnectors.Activities.Aws;

/// <summary>What all AWS clients have in common.</summary>
internal static class AwsClients
{
    // Beyond these the step itself is tried again, with longer pauses. The SDK's pauses have full jitter and end at 20 s.
    private const int Retries = 4;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    /// <param name="timeout">Longest wait for an answer to one request, its upload included; the SDK's own is 24 days.</param>
    /// <param name="http">Who makes connections; null for the SDK's own way.</param>
    public static T Prepare<T>(T config, TimeSpan timeout, HttpClientFactory? http)
        where T : ClientConfig
    {
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = Retries;
        config.Timeout = timeout;
        config.ConnectTimeout = ConnectPatience;
        if (http is not null)
        {
            config.HttpClientFactory = http;
        }

        return config;
    }

    /// <summary>The region of the environment or the profile; the metadata service is not asked, which takes seconds where there is none.</summary>
    public static string? DefaultRegion() => FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;

    /// <summary>A role's credentials, got with those of the SDK's own chain, which it looks up anew whenever they changed.</summary>
    public static AWSCredentials AssumeRole(string roleArn, string? externalId, ClientConfig config) =>
        new AssumeRoleAWSCredentials(new ChainCredentials(config), roleArn, "personalize-connectors", new() { ExternalId = externalId });

    private sealed class ChainCredentials(ClientConfig config) : AWSCredentials
    {
        private static readonly DefaultAWSCredentialsIdentityResolver Chain = new();

        public override ImmutableCredentials GetCredentials() => Chain.ResolveIdentity(config).GetCredentials();

        public override async Task<ImmutableCredentials> GetCredentialsAsync() =>
            await (await Chain.ResolveIdentityAsync(config, CancellationToken.None)).GetCredentialsAsync();
    }
}
