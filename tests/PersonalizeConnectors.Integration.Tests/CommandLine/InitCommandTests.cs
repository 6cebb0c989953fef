using System.Text.Json.Nodes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Starter.Jobs;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class InitCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-init-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("related_items")]
    [InlineData("user_personalization")]
    [InlineData("personalized_ranking")]
    public async Task Init_NewJob_IsRefusedForItsPlaceholderAloneAndValidOnceFilledIn(string type)
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs", type, "shop");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "init", job, "--type", type);

        Assert.True(exitCode == 0, error);
        Assert.Contains("validate", output, StringComparison.Ordinal);
        Assert.Contains("[BATCH_OUTPUT_FOLDER]", Assert.Single(Read(job).Problems).Found, StringComparison.Ordinal);
        FillIn(job, type);
        var (valid, shown, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "validate", job);
        Assert.True(valid == 0, shown);
    }

    [Fact]
    public async Task Init_Configuration_HasTheChoicesForNewJobs()
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs", "related_items", "Because You-bought");
        await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "init", job);
        FillIn(job, "related_items");

        var connector = Assert.Single(Read(job).Configuration!.Connectors);

        Assert.Equal(AttributeShape.ArrayOfObjects, connector.AttributeShape);
        Assert.True(connector.UpdateExistingOnly);
        Assert.Equal(30, connector.ResendAfterDays);
        Assert.Equal("because_you_bought_", connector.AttributePrefix);
        Assert.Equal("USER_ID,ITEM_ID\n", await File.ReadAllTextAsync(Path.Combine(job, "input", "user_item_mapping", "mapping.csv"), TestContext.Current.CancellationToken));
        Assert.True(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(job, "config.schema.json"), TestContext.Current.CancellationToken)) is JsonObject);
    }

    [Fact]
    public async Task Init_Json_FitsTheSchema()
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs", "user_personalization", "picks");

        var (_, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "init", job, "--json");

        await Schema.AssertFitsAsync("init", output);
        Assert.Equal(["config.json", "config.schema.json", "input/item_metadata/"], JsonNode.Parse(output)!["created"]!.AsArray().Select(c => (string?)c));
    }

    [Fact]
    public async Task Init_JobThatIsThere_IsRefusedAndLeftAlone()
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs", "user_personalization", "picks");
        Directory.CreateDirectory(job);
        await File.WriteAllTextAsync(Path.Combine(job, "config.json"), "mine", TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "init", job, "--json");

        Assert.Equal(2, exitCode);
        Assert.Contains("is a job already", error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(job, "config.json"), TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFileSystemEntries(job));
    }

    [Fact]
    public async Task Init_InputsThatAreThere_StayAsTheyAre()
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs", "related_items", "shop");
        var mapping = Path.Combine(job, "input", "user_item_mapping", "mapping.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(mapping)!);
        await File.WriteAllTextAsync(mapping, "USER_ID,ITEM_ID\nu,i\n", TestContext.Current.CancellationToken);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "init", job);

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("mapping.csv", output, StringComparison.Ordinal);
        Assert.Equal("USER_ID,ITEM_ID\nu,i\n", await File.ReadAllTextAsync(mapping, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("shop", "related_items", "/data", "/data/etl_jobs/related_items/shop")]
    [InlineData("shop", "related_items", "/data/etl_jobs", "/data/etl_jobs/related_items/shop")]
    [InlineData("shop", "related_items", "/data/etl_jobs/related_items", "/data/etl_jobs/related_items/shop")]
    [InlineData("etl_jobs/related_items/shop/", null, "/data", "/data/etl_jobs/related_items/shop")]
    [InlineData("/root/etl_jobs/personalized_ranking/a", "personalized_ranking", "/data", "/root/etl_jobs/personalized_ranking/a")]
    public void Find_GoodPlace_IsTaken(string given, string? type, string currentFolder, string folder)
    {
        var place = JobPlace.Find(given, type, currentFolder, out var problem);

        Assert.Null(problem);
        Assert.Equal(folder, place!.Folder);
        Assert.Equal(type ?? "related_items", place.JobType);
    }

    [Theory]
    [InlineData("shop", null, "/data", "--type")]
    [InlineData("shop/picks", "related_items", "/data", "shop/etl_jobs/related_items/picks")]
    [InlineData("etl_jobs/related_itms/picks", null, "/data", "Did you mean related_items?")]
    [InlineData("etl_jobs/user_segmentation/picks", null, "/data", "this version runs")]
    [InlineData("etl_jobs/related_items/picks", "user_personalization", "/data", "--type says user_personalization")]
    [InlineData("etl_jobs/related_items", "related_items", "/data", "two names stand behind")]
    [InlineData("etl_jobs/related_items/a/b", "related_items", "/data", "two names stand behind")]
    [InlineData("shop", "related_items", "/data/etl_jobs/personalized_ranking", "--type says related_items")]
    [InlineData(".shop", "related_items", "/data", "begin with a dot")]
    [InlineData("s3://bucket/etl_jobs/related_items/shop", "related_items", "/data", "then copy it")]
    public void Find_WrongPlace_SaysWhatToWrite(string given, string? type, string currentFolder, string said)
    {
        Assert.Null(JobPlace.Find(given, type, currentFolder, out var problem));
        Assert.Contains(said, problem, StringComparison.Ordinal);
    }

    private static ConfigurationResult Read(string job) => ConfigurationReader.Read(File.ReadAllBytes(Path.Combine(job, "config.json")), "config.json");

    private void FillIn(string job, string type)
    {
        var config = Path.Combine(job, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("[BATCH_OUTPUT_FOLDER]", "shop", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "batch", "shop"));
        var line = type switch
        {
            "related_items" => """{"input":{"itemId":"i1"},"output":{"recommendedItems":["i2"]},"error":null}""",
            "personalized_ranking" => """{"input":{"userId":"u1","itemList":["i2"]},"output":{"recommendedItems":["i2"]},"error":null}""",
            _ => """{"input":{"userId":"u1"},"output":{"recommendedItems":["i2"]},"error":null}""",
        };
        File.WriteAllText(Path.Combine(_folder.FullName, "batch", "shop", "job.json.out"), line + "\n");
        if (type == "related_items")
        {
            File.WriteAllText(Path.Combine(job, "input", "user_item_mapping", "more.csv"), "USER_ID,ITEM_ID\nu1,i1\n");
        }
    }
}
