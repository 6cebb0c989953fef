using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A decorated catalog as a run leaves it, and users' lists over it.</summary>
internal sealed class StagedCatalog : IDisposable
{
    private readonly MappedObject _lease;

    private StagedCatalog(StagedJob job, MappedObject lease)
    {
        Job = job;
        _lease = lease;
        Catalog = new Catalog(lease.File);
    }

    public StagedJob Job { get; }

    public Catalog Catalog { get; }

    public RecommendationBuffer[] Lists { get; private set; } = [];

    public static async Task<StagedCatalog> CreateAsync(int users)
    {
        // As many lines as it takes for nearly every item to be recommended.
        var items = BenchmarkSettings.CatalogItems;
        var job = await StagedJob.CreateAsync(new JobSize(Math.Max(items / 8, 100), 25, items, IsTexty: false, Seed: 1));
        await job.LoadAsync();
        await job.DecorateAsync();
        var staged = new StagedCatalog(job, await job.MapCatalogAsync());
        var random = new Random(1);
        staged.Lists = new RecommendationBuffer[users];
        for (var user = 0; user < users; user++)
        {
            staged.Lists[user] = new RecommendationBuffer();
            for (var place = 0; place < 25; place++)
            {
                staged.Lists[user].Add(random.Next(staged.Catalog.Count), default, queryItem: 0);
            }
        }

        return staged;
    }

    public void Dispose()
    {
        foreach (var list in Lists)
        {
            list.Dispose();
        }

        _lease.Dispose();
        Job.Dispose();
    }
}
