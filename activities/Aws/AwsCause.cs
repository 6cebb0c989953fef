using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace PersonalizeConnectors.Activities.Aws;

/// <summary>Why AWS did not do what it was asked, where the reason lies in the connection or the credentials and not in what was asked for.</summary>
/// <param name="Sentence">What is wrong, and what to do; follows "Cannot read s3://bucket/key: ".</param>
/// <param name="IsTransient">The same call may succeed later.</param>
/// <param name="CannotConnect">AWS was not reached, or not let in: exit code 4.</param>
internal sealed record AwsCause(string Sentence, bool IsTransient, bool CannotConnect = false)
{
    /// <summary>The cause, or null where the answer is about what was asked for.</summary>
    /// <param name="service">Who was asked, with its address, for the sentence.</param>
    public static AwsCause? Of(Exception e, string service) => e switch
    {
        AmazonServiceException { InnerException: HttpRequestException or IOException } or HttpRequestException or SocketException or IOException => Unreachable(e, service),
        TimeoutException or OperationCanceledException => new(
            $"{service} did not answer in time. Look at the network between here and there, and at AWS_ENDPOINT_URL where one is set.",
            IsTransient: true, CannotConnect: true),
        AmazonSecurityTokenServiceException => NotAssumed(),
        AmazonServiceException answer => Of(answer, service),
        AmazonClientException { InnerException: AmazonSecurityTokenServiceException } => NotAssumed(),
        AmazonClientException { InnerException: HttpRequestException or IOException or SocketException } => Unreachable(e.InnerException, service),
        AmazonClientException => new(
            "no usable AWS credentials were found. Set AWS_PROFILE (and renew it: aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            + "or run where a role is attached.",
            IsTransient: false, CannotConnect: true),
        _ => null,
    };

    private static AwsCause? Of(AmazonServiceException answer, string service) => answer.ErrorCode switch
    {
        "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "RequestExpired" => new(
            "the AWS credentials have expired. Renew them where they come from (aws sso login, the credentials file, the role); "
            + "those in AWS_SESSION_TOKEN need a restart with new ones.",
            IsTransient: true, CannotConnect: true),
        "InvalidAccessKeyId" or "InvalidClientTokenId" or "UnrecognizedClientException" or "InvalidToken" or "SignatureDoesNotMatch" or "InvalidSignatureException"
            or "IncompleteSignature" or "NotSignedUp" => new(
            $"AWS does not accept these credentials ({answer.ErrorCode}). Look at AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: "
            + "a part may be mistyped, missing or of another account.",
            IsTransient: false, CannotConnect: true),
        "RequestTimeTooSkewed" => new("the clock of this machine differs too much from AWS's. Set it.", IsTransient: true),
        "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "TooManyRequestsException" or "BandwidthLimitExceeded" => new(
            $"{service} asks for fewer requests ({answer.ErrorCode}). It is tried again; if it lasts, run fewer workers or raise the account's limit.",
            IsTransient: true),
        _ when (int)answer.StatusCode >= 500 || answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new(
            $"{service} failed (HTTP {(int)answer.StatusCode} {answer.ErrorCode}). It is tried again; if it lasts, look at the AWS Health Dashboard.",
            IsTransient: true),
        _ => null,
    };

    private static AwsCause Unreachable(Exception? e, string service)
    {
        var root = e;
        while (root?.InnerException is { } inner)
        {
            root = inner;
        }

        return new(
            $"{service} cannot be reached ({root?.Message.TrimEnd('.')}). Look at the network between here and there, and at AWS_ENDPOINT_URL and AWS_REGION where they are set.",
            IsTransient: true, CannotConnect: true);
    }

    private static AwsCause NotAssumed() => new(
        "the configured role cannot be assumed. Look at its RoleArn and ExternalId, allow this identity sts:AssumeRole on it, and name this identity in the role's trust policy.",
        IsTransient: false, CannotConnect: true);
}
