using Amazon;
using Amazon.Runtime;
using Amazon.SQS.Model;
using PersonalizeConnectors.Activities.Aws;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>Turns what the SDK throws into one sentence with the queue, the permission and the cure.</summary>
internal static class SqsFailures
{
    /// <summary>False for what is no failure of SQS: the caller's own cancellation, our own exceptions, bugs.</summary>
    public static bool Covers(Exception e, CancellationToken cancellationToken) =>
        e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or TimeoutException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <param name="verb">What was tried: <c>find</c>, <c>send to</c>, <c>receive from</c>, <c>delete from</c>, <c>look at</c>.</param>
    /// <param name="permission">The action that IAM must allow.</param>
    /// <param name="queue">Name of the queue.</param>
    public static ConnectorException Translate(Exception e, SqsClient client, string verb, string permission, string queue)
    {
        var what = $"Cannot {verb} the queue {queue}: ";
        if (AwsCause.Of(e, client.Service) is { } cause)
        {
            return new(FailureTypes.AwsUnreachable, what + cause.Sentence, cause.IsTransient, cause: e);
        }

        var code = (e as AmazonServiceException)?.ErrorCode ?? e.GetType().Name;
        return e switch
        {
            QueueDoesNotExistException => Wrong($"{what}{client.Service} has none of this name. Look at the spelling, the region and the account, or make it.", e),
            _ when IsThrottled(code) => new(FailureTypes.AwsUnreachable, $"{what}{client.Service} asks for fewer requests ({code}). It is tried again.", transient: true, cause: e),
            _ when IsDenied(code) => Wrong(
                $"{what}access is denied. Allow this identity {permission} on arn:{Partition(client)}:sqs:{client.Region}:*:{queue}, in its policy and the queue's "
                + "(and the use of the queue's KMS key, where it has one). deploy/iam/queue-policy.json has all that queue mode needs.",
                e),
            _ => Wrong($"{what}{client.Service} refused ({code}). Look the code up in the list of SQS error codes.", e),
        };
    }

    public static bool IsDenied(string code) =>
        code is "AccessDenied" or "AccessDeniedException" or "AWS.SimpleQueueService.AccessDenied" || code.StartsWith("Kms", StringComparison.OrdinalIgnoreCase);

    public static bool IsThrottled(string code) =>
        code is "OverLimit" or "Throttling"
        || code.EndsWith("Throttled", StringComparison.Ordinal) || code.EndsWith("ThrottlingException", StringComparison.Ordinal);

    private static ConnectorException Wrong(string message, Exception cause) => new(FailureTypes.InvalidConfiguration, message, transient: false, cause: cause);

    private static string Partition(SqsClient client) => RegionEndpoint.GetBySystemName(client.Region).PartitionName;
}
