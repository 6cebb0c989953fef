using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Leaves retraction parts for the job's next run.</summary>
internal sealed class RetractionWriter(JobLocation job, string connector, TimeProvider time)
{
    /// <param name="lines">Lines as <see cref="Core.State.Retraction"/> writes them.</param>
    public async Task WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
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
