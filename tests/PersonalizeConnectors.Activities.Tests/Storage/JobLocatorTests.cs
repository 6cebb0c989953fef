using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class JobLocatorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StorageOptions _options = new();
    private readonly LocalObjectStoreFactory _factory;
    private readonly JobLocator _locator;
    private readonly string _job;

    public JobLocatorTests()
    {
        _options.LocalRoots = [_folder.At("data")];
        _folder.Write("data/shop/etl_jobs/related_items/daily/config.json", "{}");
        _job = RealPath.Resolve(_folder.At("data/shop/etl_jobs/related_items/daily"));
        _factory = new LocalObjectStoreFactory(Options.Create(_options), TimeProvider.System);
        _locator = new JobLocator([_factory]);
    }

    [Fact]
    public void Open_AnySpelling_IsOneJob()
    {
        Directory.CreateSymbolicLink(_folder.At("link"), "data");
        var uri = new Uri(_folder.At("data/shop/etl_jobs/related_items/daily")).AbsoluteUri;
        string[] spellings =
        [
            _job, _job + "/", _folder.At("data/./shop/../shop//etl_jobs/related_items/daily"), _folder.At("link/shop/etl_jobs/related_items/daily"), uri, uri + "/",
        ];

        var opened = Array.ConvertAll(spellings, _locator.Open);

        Assert.All(opened, job => Assert.Equal((_job, "etl_jobs/related_items/daily/", "related_items", "daily"), (job.JobPath, job.Prefix, job.JobType, job.JobName)));
        Assert.All(opened, job => Assert.Same(opened[0].Store, job.Store));
        Assert.Equal(RealPath.Resolve(_folder.At("data/shop")), opened[0].Store.Address);
    }

    [Theory]
    [InlineData("user_personalization")]
    [InlineData("personalized_ranking")]
    [InlineData("user_segmentation")]
    public void Open_EveryJobType_IsTaken(string type)
    {
        _folder.Write($"data/shop/etl_jobs/{type}/name with space/config.json", "{}");

        var job = _locator.Open(_folder.At($"data/shop/etl_jobs/{type}/name with space"));

        Assert.Equal((type, "name with space"), (job.JobType, job.JobName));
    }

    [Fact]
    public void Open_RootIsItselfCalledEtlJobs_TakesTheInnerOne()
    {
        _folder.Write("data/etl_jobs/etl_jobs/related_items/daily/config.json", "{}");

        var job = _locator.Open(_folder.At("data/etl_jobs/etl_jobs/related_items/daily"));

        Assert.EndsWith("data/etl_jobs", job.Store.Address, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/shop/etl_jobs/related_item/daily", "Did you mean \"related_items\"?")]
    [InlineData("data/shop/etl_jobs/something/daily", "known are related_items, user_personalization, personalized_ranking, user_segmentation.")]
    [InlineData("data/shop/etl_jobs/related_items", "1 names stand behind \"etl_jobs\"")]
    [InlineData("data/shop/etl_jobs/related_items/daily/input", "3 names stand behind \"etl_jobs\"")]
    [InlineData("data/shop/daily", "\"etl_jobs\" does not stand in")]
    [InlineData("data/shop/etl_jobs/related_items/dayly", "There is no job folder")]
    public void Open_NoJob_SaysWhatIsWrong(string path, string expected) => AssertRefused("InvalidInput", expected, () => _locator.Open(_folder.At(path)));

    [Theory]
    [InlineData("s3://bucket/etl_jobs/related_items/daily", "Give an absolute folder")]
    [InlineData("etl_jobs/related_items/daily", "Give an absolute folder")]
    [InlineData("", "Give an absolute folder")]
    [InlineData("file://host/etl_jobs/related_items/daily", "Write file:///")]
    public void Open_KindThatIsNotTaken_SaysWhichAre(string path, string expected) => AssertRefused("InvalidInput", expected, () => _locator.Open(path));

    [Fact]
    public void Open_OutsideEveryRoot_NamesTheSetting()
    {
        _folder.Write("data-not/etl_jobs/related_items/daily/config.json", "{}");

        AssertRefused("LocationRefused", "Storage__LocalRoots", () => _locator.Open(_folder.At("data-not/etl_jobs/related_items/daily")));

        _options.LocalRoots = [];
        AssertRefused("LocationRefused", "Storage__LocalRoots is not set", () => _locator.Open(_job));
    }

    [Fact]
    public void Open_LinkOutOfEveryRoot_IsRefused()
    {
        _folder.Write("elsewhere/etl_jobs/related_items/daily/config.json", "{}");
        Directory.CreateSymbolicLink(_folder.At("data/link"), _folder.At("elsewhere"));

        AssertRefused("LocationRefused", "Storage__LocalRoots", () => _locator.Open(_folder.At("data/link/etl_jobs/related_items/daily")));
    }

    [Theory]
    [InlineData("batch/run", "batch/run/")]
    [InlineData("batch/run/", "batch/run/")]
    [InlineData("./batch//run/.", "batch/run/")]
    public void OpenInput_Relative_IsBelowTheRoot(string path, string expected)
    {
        var job = _locator.Open(_job);

        var (store, prefix) = _locator.OpenInput(job, path);

        Assert.Same(job.Store, store);
        Assert.Equal(expected, prefix);
    }

    [Theory]
    [InlineData("../batch", "leads out of the root")]
    [InlineData("batch/../../x", "leads out of the root")]
    [InlineData("", "names no folder")]
    [InlineData("./", "names no folder")]
    [InlineData("/etc", "Write it relative to")]
    [InlineData("file:///etc", "Write it relative to")]
    [InlineData("https://host/x", "Write it relative to")]
    [InlineData("s3://bucket/batch/", "of no kind that this version takes")]
    public void OpenInput_Elsewhere_IsRefused(string path, string expected)
    {
        var job = _locator.Open(_job);

        AssertRefused("InvalidConfiguration", expected, () => _locator.OpenInput(job, path));
    }

    [Fact]
    public void OpenInput_KindOfAnotherFactory_IsOpenedThere()
    {
        var bucket = new BucketFactory();
        var locator = new JobLocator([_factory, bucket]);

        var (store, prefix) = locator.OpenInput(locator.Open(_job), "s3://bucket/batch/run/");

        Assert.Same(bucket.Store, store);
        Assert.Equal("batch/run/", prefix);
        Assert.Equal("s3://bucket", bucket.Opened);

        var job = locator.Open("s3://bucket/etl_jobs/related_items/daily/");
        Assert.Equal(("s3://bucket/etl_jobs/related_items/daily", "etl_jobs/related_items/daily/"), (job.JobPath, job.Prefix));
    }

    [Fact]
    public void StorageOptions_BothSpellings_AreRead()
    {
        var options = new StorageOptions();
        options.ReadFrom(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:LocalRoots"] = "/data; /srv/jobs;",
            ["Storage:Buckets:0"] = "one",
            ["Storage:Buckets:1"] = "two",
        }).Build());

        Assert.Equal(["/data", "/srv/jobs"], options.LocalRoots);
        Assert.Equal(["one", "two"], options.Buckets);
    }

    public void Dispose()
    {
        _factory.Dispose();
        _folder.Dispose();
    }

    private static void AssertRefused(string type, string expected, Func<object> call)
    {
        var e = Assert.ThrowsAny<ConnectorException>(call);
        Assert.Equal(type, e.Type);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    private sealed class BucketFactory : IObjectStoreFactory
    {
        public IObjectStore Store { get; } = new Fakes.FakeObjectStore();

        public string? Opened { get; private set; }

        public string Form => "an s3:// address";

        public bool Accepts(string path) => path.StartsWith("s3://", StringComparison.Ordinal);

        public string Canonicalize(string path) => path.TrimEnd('/');

        public IObjectStore Open(string root)
        {
            Opened = root;
            return Store;
        }

        public void RequireFolder(string path)
        {
        }
    }
}
