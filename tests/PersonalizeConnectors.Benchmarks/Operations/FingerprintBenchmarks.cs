using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>The fingerprint of a user update: Delta, for every user of every run.</summary>
public class FingerprintBenchmarks
{
    private const int Users = 5000;

    private readonly ByteWriter _record = new(64 * 1024);
    private StagedCatalog _staged = null!;
    private RecordRenderer _renderer = null!;
    private UpdateFingerprint _fingerprint = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _staged = await StagedCatalog.CreateAsync(Users);
        _renderer = new(_staged.Job.Run, _staged.Job.Settings, _staged.Catalog);
        _fingerprint = new(_staged.Job.Settings);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _staged.Dispose();
        _fingerprint.Dispose();
        _record.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Users)]
    public int HashOfTheRecord()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var sum = 0;
        foreach (var list in _staged.Lists)
        {
            _record.Clear();
            _renderer.Write(_record, default, list, theme: default);
            SHA256.HashData(_record.Written, hash);
            sum += hash[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Users)]
    public ulong HashesOfItems()
    {
        ulong sum = 0;
        foreach (var list in _staged.Lists)
        {
            sum ^= _fingerprint.Of(list, _staged.Catalog, [], table: null).Low;
        }

        return sum;
    }
}
