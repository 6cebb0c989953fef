using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>A place in a bucket.</summary>
/// <param name="Key">Without a leading or trailing slash; empty for the bucket itself.</param>
internal sealed partial record S3Address(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    public static bool Is(string path) => path.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="ConnectorException"><c>InvalidInput</c>.</exception>
    public static S3Address Parse(string path)
    {
        var rest = path[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        return BucketName().IsMatch(bucket)
            ? new(bucket, slash < 0 ? "" : rest[slash..].Trim('/'))
            : throw new ConnectorException(
                FailureTypes.InvalidInput,
                $"\"{path}\" names no bucket: \"{bucket}\" is not 3 to 63 lower-case letters, digits, dots and dashes. Write s3://<bucket>/<folder>.",
                transient: false);
    }

    public override string ToString() => Key.Length == 0 ? Scheme + Bucket : $"{Scheme}{Bucket}/{Key}";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();
}
