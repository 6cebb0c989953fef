using System.Net;
using Amazon;
using Amazon.S3;
using PersonalizeConnectors.Activities.Aws;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>What a request is about, for messages.</summary>
/// <param name="Verb"><c>read</c>, <c>write</c>, <c>list</c>, <c>delete</c>.</param>
/// <param name="Permission">The action that IAM must allow.</param>
/// <param name="Key">In the bucket; null where the request is about the bucket.</param>
internal sealed record S3Act(string Verb, string Permission, string? Key)
{
    public static S3Act Read(string key) => new("read", "s3:GetObject", key);

    public static S3Act Write(string key) => new("write", "s3:PutObject", key);

    public static S3Act Delete(string key) => new("delete", "s3:DeleteObject", key);

    public static S3Act List(string prefix) => new("list", "s3:ListBucket", null) { Shown = prefix };

    public static S3Act ListUploads(string prefix) => new("look for unfinished uploads in", "s3:ListBucketMultipartUploads", null) { Shown = prefix };

    public static S3Act Abort(string key) => new("abort an unfinished upload of", "s3:AbortMultipartUpload", key);

    /// <summary>The prefix of a listing.</summary>
    public string? Shown { get; init; }
}

/// <summary>Turns what the SDK throws into one sentence with the address, the permission and the cure.</summary>
internal static class S3Failures
{
    /// <summary>False for what is no failure of S3: the caller's own cancellation, our own exceptions, bugs.</summary>
    public static bool Covers(Exception e, CancellationToken cancellationToken) =>
        e is Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException or HttpRequestException or IOException or TimeoutException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static StorageException Translate(Exception e, S3Act act, S3Connection connection)
    {
        var bucket = connection.Bucket;
        var address = new S3Address(bucket, act.Key ?? act.Shown ?? "").ToString();
        var what = $"Cannot {act.Verb} {address}: ";
        if (AwsCause.Of(e, connection.Client.Service) is { } cause)
        {
            return cause.CannotConnect
                ? new AwsUnreachableException(what + cause.Sentence, cause.IsTransient, e)
                : new StorageException(what + cause.Sentence, cause.IsTransient, e);
        }

        return e switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new StorageException(
                $"{what}there is no bucket {bucket}{Where(connection)}. Look at the spelling and the account, or make it: aws s3 mb s3://{bucket}", transient: false, e),
            AmazonS3Exception elsewhere when S3Connection.IsElsewhere(elsewhere) => Elsewhere(elsewhere, what, connection),
            AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } => new ObjectNotFoundException(
                $"There is no {address}. Look at the spelling, and whether something removed it.", e),
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } denied => Denied(denied, what, act, connection),
            AmazonS3Exception { ErrorCode: "InvalidObjectState" } => new StorageException(
                $"{what}the object is archived. Restore it (aws s3api restore-object), or put it there again.", transient: false, e),
            AmazonS3Exception { ErrorCode: "KeyTooLongError" } => new StorageException(
                $"{what}the key is longer than the 1,024 bytes that S3 allows. Choose shorter names.", transient: false, e),
            AmazonS3Exception other => new StorageException(
                $"{what}{connection.Client.Service} refused (HTTP {(int)other.StatusCode} {other.ErrorCode}). Look the code up in the list of S3 error codes.",
                transient: false, e),
            _ => new StorageException(
                $"{what}the answer of {connection.Client.Service} cannot be used. Look for a proxy between here and there.", transient: true, e),
        };
    }

    private static StorageException Denied(AmazonS3Exception e, string what, S3Act act, S3Connection connection)
    {
        var resource = $"arn:{Partition(connection)}:s3:::{connection.Bucket}{(act.Key is null ? "" : "/" + act.Key)}";
        var role = act.Verb == "read" ? "; without s3:ListBucket on the bucket, S3 says the same of an object that does not exist" : "";
        return new StorageException(
            $"{what}access is denied. Allow this identity {act.Permission} on {resource}, in its policy and the bucket's (and the use of the bucket's KMS key, "
            + $"where it has one){role}. deploy/iam/worker-policy.json has all that a worker needs.",
            transient: false, e);
    }

    private static StorageException Elsewhere(AmazonS3Exception e, string what, S3Connection connection)
    {
        var setting = $"Storage__S3__{connection.Bucket}__Region";
        var found = S3Connection.RegionIn(e);
        var cure = (connection.ConfiguredRegion, found) switch
        {
            (not null, not null) => $"Set {setting} to {found}, or leave it out.",
            (not null, null) => $"Correct {setting}, or leave it out.",
            (null, not null) => $"Set {setting} to {found}.",
            _ => $"Set {setting} to the bucket's region (aws s3api get-bucket-location --bucket {connection.Bucket}).",
        };
        return new StorageException($"{what}the bucket is not in {connection.Client.Region}{(found is null ? "" : $" but in {found}")}. {cure}", transient: false, e);
    }

    private static string Where(S3Connection connection) => connection.Client.Endpoint is { } endpoint ? $" at {endpoint}" : "";

    private static string Partition(S3Connection connection) => RegionEndpoint.GetBySystemName(connection.Client.Region).PartitionName;
}
