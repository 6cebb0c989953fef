namespace PersonalizeConnectors.Activities.Secrets.Ssm;

/// <summary>Where endpoints and keys lie in SSM Parameter Store; configuration section <c>Ssm</c>.</summary>
public sealed class SsmOptions
{
    public const string Section = "Ssm";

    /// <summary>The first name of every parameter, <c>/prod/personalize-connectors/…</c>. Default <c>prod</c>, as in amazon-personalize-connectors.</summary>
    public string Environment { get; set; } = "prod";

    /// <summary>
    /// Whether SSM is asked for what the configuration does not have. Default: where a region or an endpoint is known (AWS_REGION, a profile, below),
    /// so that local use never waits for AWS.
    /// </summary>
    public bool? Enabled { get; set; }

    /// <summary>The parameters' region. Default: AWS_REGION, or the profile's.</summary>
    public string? Region { get; set; }

    /// <summary>Where SSM is asked. Default: <c>AWS_ENDPOINT_URL_SSM</c>, <c>AWS_ENDPOINT_URL</c>, AWS.</summary>
    public string? Endpoint { get; set; }

    /// <summary>A role to assume for it. Default: the credentials of the SDK's own chain.</summary>
    public string? RoleArn { get; set; }

    /// <summary>What the role's trust policy asks for besides.</summary>
    public string? ExternalId { get; set; }
}
