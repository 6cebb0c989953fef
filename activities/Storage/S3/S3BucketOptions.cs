namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>How one bucket is reached; configuration section <c>Storage:S3:&lt;bucket&gt;</c>. Everything may be left out.</summary>
public sealed class S3BucketOptions
{
    /// <summary>The bucket's region, <c>eu-west-1</c>. Default: found out.</summary>
    public string? Region { get; set; }

    /// <summary>Where S3 is asked, <c>http://localhost:4566</c>. Default: <c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>, AWS. With one, buckets stand in the path.</summary>
    public string? Endpoint { get; set; }

    /// <summary>A role to assume for this bucket, with the credentials of the SDK's own chain. Default: those credentials themselves.</summary>
    public string? RoleArn { get; set; }

    /// <summary>What the role's trust policy asks for besides, where the bucket is another company's.</summary>
    public string? ExternalId { get; set; }
}
