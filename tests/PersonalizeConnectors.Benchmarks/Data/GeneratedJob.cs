namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>A root with one user-personalization job, generated into a folder.</summary>
internal sealed record GeneratedJob(string Root, string BatchFile, string CatalogFile, long BatchBytes, long CatalogBytes)
{
    private const string Config =
        """
        {
          "batchInferencePath": "batch/",
          "connectors": { "braze": { "attributePrefix": "recs_", "delivery": "none" } }
        }
        """;

    public string JobPath => Path.Join(Root, "etl_jobs", "user_personalization", "benchmark");

    public string Output => Path.Join(JobPath, "output", "braze");

    public long InputBytes => BatchBytes + CatalogBytes;

    public static GeneratedJob Create(string root, JobSize size)
    {
        var batch = Path.Join(root, "batch", "users.json.out");
        var job = new GeneratedJob(root, batch, "", 0, 0);
        var catalog = Path.Join(job.JobPath, "input", "item_metadata", "catalog.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(batch)!);
        Directory.CreateDirectory(Path.GetDirectoryName(catalog)!);
        File.WriteAllText(Path.Join(job.JobPath, "config.json"), Config);
        return job with
        {
            CatalogFile = catalog,
            BatchBytes = BatchOutputFile.Write(batch, size),
            CatalogBytes = Data.CatalogFile.Write(catalog, size),
        };
    }
}
