using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>Finds jobs in one store; <c>s3://bucket/…</c> in the stores of <see cref="Buckets"/>.</summary>
internal sealed class FakeJobLocator(IObjectStore store) : IJobLocator
{
    public Dictionary<string, IObjectStore> Buckets { get; } = new(StringComparer.Ordinal);

    public JobLocation Open(string jobPath)
    {
        var parts = jobPath.Trim('/').Split('/');
        return parts is ["etl_jobs", var type, var name]
            ? new(store, $"{store.Address}/etl_jobs/{type}/{name}", $"etl_jobs/{type}/{name}/", type, name)
            : throw new ConnectorException(FailureTypes.InvalidInput, $"{jobPath} is no job: expected etl_jobs/<job type>/<job name>.", transient: false);
    }

    public (IObjectStore Store, string Prefix) OpenInput(JobLocation job, string batchInferencePath)
    {
        const string s3 = "s3://";
        if (!batchInferencePath.StartsWith(s3, StringComparison.Ordinal))
        {
            return (job.Store, batchInferencePath);
        }

        var bucket = batchInferencePath[s3.Length..].Split('/')[0];
        return Buckets.TryGetValue(bucket, out var found)
            ? (found, batchInferencePath[(s3.Length + bucket.Length + 1)..])
            : throw new ConnectorException(FailureTypes.LocationRefused, $"This worker does not read the bucket {bucket}.", transient: false);
    }
}
