namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>How this process reaches queues; configuration section <c>Sqs</c>. Which queue a connector uses stands in its config.json.</summary>
public sealed class SqsOptions
{
    public const string Section = "Sqs";

    /// <summary>The queues' region where their address does not say it. Default: AWS_REGION, or the profile's.</summary>
    public string? Region { get; set; }

    /// <summary>Where SQS is asked. Default: <c>AWS_ENDPOINT_URL_SQS</c>, <c>AWS_ENDPOINT_URL</c>, AWS.</summary>
    public string? Endpoint { get; set; }

    /// <summary>A role to assume for it. Default: the credentials of the SDK's own chain.</summary>
    public string? RoleArn { get; set; }

    /// <summary>What the role's trust policy asks for besides.</summary>
    public string? ExternalId { get; set; }

    /// <summary>
    /// How long a received message stays hidden from other receivers, in seconds; renewed while a drain holds it. Default 120: what a killed
    /// drain held comes back after two minutes. From 2.
    /// </summary>
    public int VisibilitySeconds { get; set; } = 120;

    /// <summary>How long one receive waits for messages, in seconds. Default 20, the most that SQS allows and the cheapest. From 0.</summary>
    public int WaitSeconds { get; set; } = 20;
}
