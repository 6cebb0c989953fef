using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Leaves retraction parts for the next run of the job whose users they are.</summary>
/// <param name="owners">Null where all records are of this job, whatever they say.</param>
internal sealed class RetractionWriter(JobLocation own, RecordOwners? owners, string connector, TimeProvider time)
{
    /// <param name="jobName">As the records say; null where they say nothing.</param>
    /// <param name="lines">Lines as <see cref="Core.State.Retraction"/> writes them.</param>
    public async Task WriteAsync(string? jobName, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        foreach (var job in owners is null ? [own] : await owners.FindAsync(jobName, cancellationToken))
        {
            await WriteAsync(job, lines, cancellationToken);
        }
    }

    private async Task WriteAsync(JobLocation job, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var key = RunKeys.RetractionPartOf(job.Prefix, connector, time.GetUtcNow(), Guid.NewGuid().ToString("N")[..8]);
        await using var target = await job.Store.CreateAsync(key, PutCondition.IfAbsent, cancellationToken);
        await using (var gzip = new GZipStream(target.Stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(lines, cancellationToken);
        }

        await target.CommitAsync(cancellationToken);
    }
}
