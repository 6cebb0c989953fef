using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

/// <summary>A job in memory that has nothing wrong with it, to be spoiled by a test.</summary>
internal sealed class JobFixture
{
    public const string Output = "batch/shop/job_config.json.out";

    public JobFixture(string jobType = JobTypes.RelatedItems)
    {
        Store = new(Time);
        Locator = new(Store);
        Job = Locator.Open($"etl_jobs/{jobType}/shop");
        Put("config.json", """{ "batchInferencePath": "batch/shop/", "connectors": { "braze": {} } }""");
        Put("input/item_metadata/items.json", """
            {"id":"1","name":"Tent","price":90.990}
            {"id":"2","name":"Stove","price":12}
            {"id":"3","name":"Lamp","price":5}

            """);
        if (JobTypes.IsItemKeyed(jobType))
        {
            Put("input/user_item_mapping/users.csv", "USER_ID,ITEM_ID\nu-1,1\n");
            Store.Put(Output, """{"input":{"itemId":"1"},"output":{"recommendedItems":["2","3"]}}""" + "\n");
        }
        else
        {
            Store.Put(Output, """{"input":{"userId":"u-1"},"output":{"recommendedItems":["2","3"],"scores":[0.5,1E-5]},"error":null}""" + "\n");
        }
    }

    public ManualTime Time { get; } = new();

    public FakeObjectStore Store { get; }

    public FakeJobLocator Locator { get; }

    public JobLocation Job { get; set; }

    /// <summary>Puts an object of the job, compressed where its name ends in <c>.gz</c>.</summary>
    public void Put(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Store.Put(Job.Prefix + name, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(bytes) : bytes);
    }

    public void PutConfig(string connectorKeys, string jobKeys = "") =>
        Put("config.json", $$"""{ "batchInferencePath": "batch/shop/", {{jobKeys}} "connectors": { "braze": { {{connectorKeys}} } } }""");

    /// <summary>Replaces the batch output.</summary>
    public void PutLines(params string[] lines) => Store.Put(Output, string.Join('\n', lines));

    public Task DeleteAsync(string name) => Store.DeleteAsync(Job.Prefix + name, default);

    public async Task<ValidationResult> ValidateAsync()
    {
        using var scratch = new FakeScratch();
        return await new JobValidator(Locator, scratch, Time).ValidateAsync(Job, TestContext.Current.CancellationToken);
    }

    /// <summary>The one problem; its file is given below the job's folder where it lies there.</summary>
    public async Task<Problem> ProblemAsync()
    {
        var problem = Assert.Single((await ValidateAsync()).Problems);
        return problem.File.StartsWith(Job.Prefix, StringComparison.Ordinal) ? problem with { File = problem.File[Job.Prefix.Length..] } : problem;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
