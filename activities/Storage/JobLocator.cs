using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Finds the kind of store by the way a path is written, and the root as the folder that holds <c>etl_jobs</c>.</summary>
internal sealed class JobLocator(IEnumerable<IObjectStoreFactory> factories) : IJobLocator
{
    private const string JobsFolder = "etl_jobs";
    private const string Shape = "<root>/etl_jobs/<job_type>/<job_name>";

    private readonly IObjectStoreFactory[] _factories = [.. factories];

    public JobLocation Open(string jobPath)
    {
        var factory = FactoryOf(jobPath)
            ?? throw Wrong($"The job path \"{jobPath}\" is of no kind that this version takes. Give {Forms}.");
        var canonical = factory.Canonicalize(jobPath);
        var names = canonical.Split(Path.DirectorySeparatorChar, '/');
        if (names.Length < 4 || names[^3] != JobsFolder)
        {
            throw Wrong($"The job path \"{jobPath}\" is not the folder of a job ({Shape}): {Misplaced(canonical, names)}");
        }

        var (type, name) = (names[^2], names[^1]);
        if (!JobTypes.Known.Contains(type, StringComparer.Ordinal))
        {
            var nearest = NearestName.Find(type, JobTypes.Known);
            throw Wrong(
                $"The job path \"{jobPath}\" names the job type \"{type}\"; known are {string.Join(", ", JobTypes.Known)}."
                + (nearest is null ? "" : $" Did you mean \"{nearest}\"?"));
        }

        var store = factory.Open(canonical[..^$"/{JobsFolder}/{type}/{name}".Length]);
        factory.RequireFolder(canonical);
        return new JobLocation(store, canonical, $"{JobsFolder}/{type}/{name}/", type, name);
    }

    public (IObjectStore Store, string Prefix) OpenInput(JobLocation job, string batchInferencePath)
    {
        if (batchInferencePath.Contains("://", StringComparison.Ordinal) || Path.IsPathRooted(batchInferencePath))
        {
            return OpenForeign(job, batchInferencePath);
        }

        var names = batchInferencePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").ToArray();
        if (names.Length == 0 || names.Contains(".."))
        {
            throw WrongInput(
                job, batchInferencePath,
                names.Length == 0 ? "names no folder. Name the folder below the root that holds the .out files." : "leads out of the root by \"..\". Name a folder below the root.");
        }

        return (job.Store, string.Join('/', names) + "/");
    }

    private (IObjectStore Store, string Prefix) OpenForeign(JobLocation job, string path)
    {
        // A bucket beside the job's own is common with S3. A local path from config.json could read any file of the worker's machine.
        const string Bucket = "s3://";
        if (!path.StartsWith(Bucket, StringComparison.OrdinalIgnoreCase))
        {
            throw WrongInput(job, path, $"is neither an {Bucket} address nor relative to the root. Write it relative to {job.Store.Address}.");
        }

        var factory = FactoryOf(path)
            ?? throw WrongInput(
                job, path, $"is of no kind that this version takes. Copy the files below {job.Store.Address}, and write the path relative to it.");
        var canonical = factory.Canonicalize(path);
        var slash = canonical.IndexOf('/', Bucket.Length);
        return slash < 0
            ? throw WrongInput(job, path, "names a bucket without a folder. Name the folder that holds the .out files.")
            : (factory.Open(canonical[..slash]), canonical[(slash + 1)..] + "/");
    }

    private string Forms => string.Join(", or ", _factories.Select(factory => factory.Form));

    private IObjectStoreFactory? FactoryOf(string path) => Array.Find(_factories, factory => factory.Accepts(path));

    private static string Misplaced(string canonical, string[] names)
    {
        var at = Array.LastIndexOf(names, JobsFolder);
        return at < 0
            ? $"\"{JobsFolder}\" does not stand in {canonical}. Give the folder that holds the job's config.json."
            : $"{Math.Max(0, names.Length - at - 1)} names stand behind \"{JobsFolder}\" in {canonical}, and it takes two. Give the folder that holds the job's config.json.";
    }

    private static ConnectorException Wrong(string message) => new(FailureTypes.InvalidInput, message, transient: false);

    private static ConnectorException WrongInput(JobLocation job, string path, string what) =>
        new(FailureTypes.InvalidConfiguration, $"{job.JobPath}/config.json: batchInferencePath \"{path}\" {what}", transient: false);
}
