using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Plan;

/// <summary>The files a run reads, as they were when Plan began.</summary>
internal sealed class PlannedInputs
{
    private readonly JobLocation _job;
    private readonly IObjectStore _batchStore;
    private readonly string _batchFolder;

    private PlannedInputs(
        JobLocation job, IObjectStore batchStore, string batchFolder,
        IReadOnlyList<PlannedFile> batchFiles, IReadOnlyList<PlannedFile> mappingFiles, IReadOnlyList<PlannedFile> metadataFiles)
    {
        _job = job;
        _batchStore = batchStore;
        _batchFolder = batchFolder;
        BatchFiles = batchFiles;
        MappingFiles = mappingFiles;
        MetadataFiles = metadataFiles;
    }

    public IReadOnlyList<PlannedFile> BatchFiles { get; }

    public IReadOnlyList<PlannedFile> MappingFiles { get; }

    public IReadOnlyList<PlannedFile> MetadataFiles { get; }

    /// <returns>Null where a problem was added.</returns>
    public static async Task<PlannedInputs?> FindAsync(
        JobLocation job, IJobLocator locator, JobConfiguration configuration, TimeProvider time, List<Problem> problems, CancellationToken cancellationToken)
    {
        var (store, prefix) = locator.OpenInput(job, configuration.BatchInferencePath);
        var output = await new BatchOutputResolver(time).ResolveAsync(store, prefix, configuration.SettleSeconds, cancellationToken);
        var mapping = JobTypes.IsItemKeyed(job.JobType)
            ? await ListAsync(job, RunKeys.MappingOf(job.Prefix), InputNames.IsMapping, cancellationToken)
            : [];
        var metadata = await ListAsync(job, RunKeys.MetadataOf(job.Prefix), InputNames.IsMetadata, cancellationToken);
        if (output is BatchOutput.Missing missing)
        {
            problems.Add(new()
            {
                File = job.Prefix + ConfigurationReader.FileName,
                Path = "$.batchInferencePath",
                Found = missing.Message,
                Expected = "a folder with .out files",
            });
        }

        if (JobTypes.IsItemKeyed(job.JobType) && mapping.Count == 0)
        {
            problems.Add(new()
            {
                File = RunKeys.MappingOf(job.Prefix),
                Found = "no .csv or .csv.gz file",
                Expected = "the mapping, with the header USER_ID,ITEM_ID: which users an item's recommendations are for",
            });
        }

        return output is BatchOutput.Found found && problems.Count == 0
            ? new(job, store, found.Folder, [.. found.Files.Select(InputFile.Of)], mapping, metadata)
            : null;
    }

    /// <summary>Refuses inputs that are not what they were a moment ago.</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        Compare(_batchStore.Address, BatchFiles, [.. (await BatchOutputResolver.ListAsync(_batchStore, _batchFolder, cancellationToken)).Select(InputFile.Of)]);
        if (MappingFiles.Count > 0)
        {
            Compare(_job.Store.Address, MappingFiles, await ListAsync(_job, RunKeys.MappingOf(_job.Prefix), InputNames.IsMapping, cancellationToken));
        }

        Compare(_job.Store.Address, MetadataFiles, await ListAsync(_job, RunKeys.MetadataOf(_job.Prefix), InputNames.IsMetadata, cancellationToken));
    }

    private static void Compare(string address, IReadOnlyList<PlannedFile> before, IReadOnlyList<PlannedFile> after)
    {
        var changed = before.Except(after).Concat(after.Except(before)).FirstOrDefault();
        if (changed is not null)
        {
            // Worth another try: the next attempt finds it as it then is.
            throw new ConnectorException(
                FailureTypes.InputChanged, $"{address}/{changed.Key} changed while it was looked at: it is still being written. Start when it is complete.", transient: true);
        }
    }

    private static async Task<IReadOnlyList<PlannedFile>> ListAsync(
        JobLocation job, string folder, Func<string, bool> isOurs, CancellationToken cancellationToken)
    {
        var files = new List<PlannedFile>();
        await foreach (var entry in job.Store.ListAsync(folder, cancellationToken))
        {
            if (entry.Size > 0 && isOurs(entry.Key))
            {
                files.Add(InputFile.Of(entry));
            }
        }

        return files;
    }
}
