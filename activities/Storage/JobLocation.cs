namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A job, found: its store, and where in it the job lies.</summary>
/// <param name="Store">The root's store.</param>
/// <param name="JobPath">Canonical: an absolute folder or an <c>s3://</c> address, without a trailing slash.</param>
/// <param name="Prefix"><c>etl_jobs/type/name/</c>, with the trailing slash.</param>
/// <param name="JobType">One of the job types; as found in the path.</param>
/// <param name="JobName">The folder's name.</param>
public sealed record JobLocation(IObjectStore Store, string JobPath, string Prefix, string JobType, string JobName);

/// <summary>Finds the store of a job path or of a batch inference path. One factory a kind of store; S3 will be another.</summary>
public interface IJobLocator
{
    /// <summary>Opens a job by its path in any accepted spelling.</summary>
    /// <exception cref="Failures.ConnectorException">
    /// <c>InvalidInput</c> when the path is none of a job, <c>LocationRefused</c> when this worker does not take it.
    /// </exception>
    JobLocation Open(string jobPath);

    /// <summary>Opens <c>batchInferencePath</c>: an <c>s3://</c> address, or relative to the job's root.</summary>
    (IObjectStore Store, string Prefix) OpenInput(JobLocation job, string batchInferencePath);
}
