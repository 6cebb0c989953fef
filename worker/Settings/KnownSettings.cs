namespace PersonalizeConnectors.Worker.Settings;

/// <summary>
/// Every setting of our own that the code reads; a variable of these sections that is not here is refused at start. Temporal's and AWS's variables
/// (<c>TEMPORAL_*</c>, <c>AWS_*</c>) are read by their own SDKs, <c>Logging__LogLevel__*</c> by the platform.
/// </summary>
public static class KnownSettings
{
    public static IReadOnlyList<KnownSetting> All { get; } =
    [
        new("Storage__LocalRoots", "none", "Local folders: a job's root must be one of them or lie below one.") { IsList = true, Check = SettingValues.Folder },
        new("Storage__Buckets", "any", "Buckets that jobs and batch output may lie in.") { IsList = true, Check = SettingValues.Bucket },
        new("Storage__S3__<bucket>__Region", "found out", "The bucket's region."),
        new("Storage__S3__<bucket>__Endpoint", "`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, AWS", "Where S3 is asked.") { Check = SettingValues.Address },
        new("Storage__S3__<bucket>__RoleArn", "none", "A role to assume for this bucket.") { Check = SettingValues.Role },
        new("Storage__S3__<bucket>__ExternalId", "none", "What the role's trust policy asks for besides."),
        new("Connectors__<connector>__RestEndpointUrl", "SSM", "The destination's endpoint.") { IsSecret = true },
        new("Connectors__<connector>__ApiKey", "SSM", "The destination's key.") { IsSecret = true },
        new("Connectors__<connector>__AllowLoopback", "false", "Whether the endpoint may be on this machine, for a simulator.") { Check = SettingValues.Flag },
        new("Connectors__<connector>__QueueUrl", "SSM", "Address or name of the connector's queue, where `config.json` names none."),
        new("Ssm__Environment", "`prod`", "First name of the SSM parameters."),
        new("Ssm__Enabled", "true where a region or an endpoint is known", "Whether SSM is asked for what the settings do not have.") { Check = SettingValues.Flag },
        new("Ssm__Region", "`AWS_REGION`, the profile", "Region of the parameters."),
        new("Ssm__Endpoint", "`AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`, AWS", "Where SSM is asked.") { Check = SettingValues.Address },
        new("Ssm__RoleArn", "none", "A role to assume for SSM.") { Check = SettingValues.Role },
        new("Ssm__ExternalId", "none", "What the role's trust policy asks for besides."),
        new("Sqs__Region", "`AWS_REGION`, the profile", "Region of queues whose address does not say it."),
        new("Sqs__Endpoint", "`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`, AWS", "Where SQS is asked.") { Check = SettingValues.Address },
        new("Sqs__RoleArn", "none", "A role to assume for SQS.") { Check = SettingValues.Role },
        new("Sqs__ExternalId", "none", "What the role's trust policy asks for besides."),
        new("Sqs__VisibilitySeconds", "120", "How long what a killed drain held stays hidden.") { Check = SettingValues.Whole(2, 43200) },
        new("Sqs__WaitSeconds", "20", "How long one receive waits for messages.") { Check = SettingValues.Whole(0, 20) },
        new("Worker__ScratchPath", "`personalize-connectors-<user>` in the system's temporary folder", "Folder for catalogs and tables while a run uses them, as large as the largest of both.")
        {
            Check = SettingValues.Scratch,
        },
        new("Worker__DeliverSlots", "4", "Activities of delivery at once. A drain, a watch, and a delivery of parts take one each for as long as they go on; runs that deliver share the others.")
        {
            Check = SettingValues.Whole(1, 100),
        },
        new("Worker__HealthPort", "none", "Port on which `/health/live` and `/health/ready` answer, on every address of this host.") { Check = SettingValues.Port },
        new("Worker__Logs", "`text`", "`text`: a line for a person; `json`: one JSON object a line.") { Check = SettingValues.OneOf("text", "json") },
    ];

    /// <summary>The setting that a variable is, or one value of it; null where none is known.</summary>
    /// <param name="name">Such as <c>Storage__LocalRoots__0</c>, in any case.</param>
    public static KnownSetting? Find(string name) => All.FirstOrDefault(setting => setting.Matches(name));
}
