using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Checks a job without running it: its configuration and all of its inputs, every problem at once. Reads every input once; leaves nothing.</summary>
public sealed class JobValidator(IJobLocator locator, IScratch scratch, TimeProvider time)
{
    /// <summary>Names its scratch files; no run has such an id.</summary>
    private const string ScratchName = "validate";

    public async Task<ValidationResult> ValidateAsync(JobLocation job, CancellationToken cancellationToken)
    {
        var problems = new ProblemSink();
        problems.AddRange(RunnableJobs.RefuseType(job));
        var read = await ReadConfigurationAsync(job, problems, cancellationToken);
        var configuration = read?.Configuration;
        using var lists = SentLists.Of(job, configuration, () => scratch.CreateTemporary(ScratchName));
        using var batchOutput = new BatchOutputCheck(job, locator, new BatchOutputResolver(time), lists, problems);
        if (read?.BatchInferencePath is { } path)
        {
            await batchOutput.ResolveAsync(path, read.SettleSeconds, cancellationToken);
        }

        if (JobTypes.IsItemKeyed(job.JobType))
        {
            var mapping = new MappingCheck(job, lists, problems);
            await problems.GuardAsync(RunKeys.MappingOf(job.Prefix), () => mapping.RunAsync(cancellationToken));
        }

        using var table = new ItemFields(
            () => scratch.CreateTemporary(ScratchName), (configuration?.Connectors ?? []).SelectMany(c => c.ItemMetadataFields ?? []).ToHashSet());
        var hasMetadata = false;
        var metadata = new MetadataCheck(job, table, problems);
        await problems.GuardAsync(
            RunKeys.MetadataOf(job.Prefix), async () => hasMetadata = await metadata.RunAsync(configuration, cancellationToken));

        if (JobTypes.Supported.Contains(job.JobType))
        {
            await batchOutput.ReadAsync(configuration, hasMetadata ? table : null, cancellationToken);
        }

        await problems.GuardAsync(RunKeys.ConfigOf(job.Prefix), () => batchOutput.LookAgainAsync(cancellationToken));
        return new(problems.Problems, configuration);
    }

    private static async Task<ConfigurationResult?> ReadConfigurationAsync(JobLocation job, ProblemSink problems, CancellationToken cancellationToken)
    {
        var key = RunKeys.ConfigOf(job.Prefix);
        ConfigurationResult? result = null;
        await problems.GuardAsync(key, async () =>
        {
            var entry = await job.Store.FindAsync(key, cancellationToken);
            if (entry is null)
            {
                await ReportMissingAsync(job, problems, cancellationToken);
                return;
            }

            // One byte more than allowed, so that the reader sees that it is too much.
            var bytes = new byte[(int)Math.Min(entry.Size, ConfigurationReader.MaxBytes + 1)];
            await using var stream = await job.Store.OpenAsync(key, ByteRange.All, entry.ETag, cancellationToken);
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            result = ConfigurationReader.Read(bytes.AsSpan(0, length), key);
            problems.AddRange(result.Problems);
        });
        return result;
    }

    private static async Task ReportMissingAsync(JobLocation job, ProblemSink problems, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var isEmpty = true;
        await foreach (var entry in job.Store.ListAsync(job.Prefix, cancellationToken))
        {
            isEmpty = false;
            var name = entry.Key[job.Prefix.Length..];
            if (string.CompareOrdinal(name, "input/") > 0 && name.Contains('/', StringComparison.Ordinal))
            {
                break; // Keys come in order; what lies beyond the inputs may be a long list of output.
            }

            if (!name.Contains('/', StringComparison.Ordinal))
            {
                names.Add(name);
            }
        }

        problems.Add(new()
        {
            File = RunKeys.ConfigOf(job.Prefix),
            Found = isEmpty ? $"nothing at {job.JobPath}" : "no such file",
            Expected = "the job's configuration, in its folder etl_jobs/<job type>/<job name>/",
            Nearest = names.Find(name => name.StartsWith("config.", StringComparison.OrdinalIgnoreCase))
                ?? NearestName.Find(ConfigurationReader.FileName, names),
        });
    }
}
