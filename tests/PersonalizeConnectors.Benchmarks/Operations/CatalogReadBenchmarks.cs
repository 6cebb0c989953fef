using BenchmarkDotNet.Attributes;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>Touching the items of a user's list in a catalog that no cache holds: what prefetching is for.</summary>
public class CatalogReadBenchmarks
{
    private const int Users = 5000;

    private readonly byte[] _target = new byte[64 * 1024];
    private StagedCatalog _staged = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _staged = await StagedCatalog.CreateAsync(Users);
        ThroughputColumn.Set<CatalogReadBenchmarks>(OneByOne() / (double)Users);
    }

    [GlobalCleanup]
    public void Cleanup() => _staged.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Users)]
    public long OneByOne() => Copy(prefetch: false);

    [Benchmark(OperationsPerInvoke = Users)]
    public long Prefetched() => Copy(prefetch: true);

    private long Copy(bool prefetch)
    {
        long bytes = 0;
        foreach (var list in _staged.Lists)
        {
            if (prefetch)
            {
                _staged.Catalog.Prefetch(list);
            }

            for (var i = 0; i < list.Count; i++)
            {
                var fragment = _staged.Catalog.Item(list.Item(i)).Fragment;
                fragment.CopyTo(_target);
                bytes += fragment.Length;
            }
        }

        return bytes;
    }
}
