using System.Text;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A shard of the sync state and a tenth as many accepted updates to the new state file: CommitState.</summary>
public class StateMergeBenchmarks
{
    private const int Users = 20_000;
    private const int ChangedEach = 10;
    private const int Day = 20_000;

    private StateEntry[] _state = [];
    private StateUpdate[] _updates = [];

    [GlobalSetup]
    public void Setup()
    {
        _state = new StateEntry[Users];
        for (var user = 0; user < Users; user++)
        {
            var id = new byte[BenchmarkIds.Length];
            BenchmarkIds.WriteUser(id, 1, user);
            _state[user] = new(IdHash.Of(id), id, Fingerprint.Of(id), Day, IsGone: false);
        }

        Array.Sort(_state, (a, b) => a.Hash.CompareTo(b.Hash));
        _updates = [.. _state.Where((_, i) => i % ChangedEach == 0)
            .Select((s, i) => new StateUpdate(i, s.Hash, s.UserId, UpdateOperation.Set, new Fingerprint(1, (ulong)i)))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Users)]
    public int DictionaryInMemory()
    {
        var users = new Dictionary<string, (Fingerprint Fingerprint, int Day)>();
        foreach (var entry in _state)
        {
            users.Add(Encoding.UTF8.GetString(entry.UserId.Span), (entry.Fingerprint, entry.Day));
        }

        foreach (var update in _updates)
        {
            users[Encoding.UTF8.GetString(update.UserId.Span)] = (update.Fingerprint, Day + 1);
        }

        using var target = new MemoryStream();
        using var text = new StreamWriter(target);
        foreach (var (id, entry) in users.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            text.WriteLine($"{id} {entry.Fingerprint.High:x16}{entry.Fingerprint.Low:x16} {entry.Day}");
        }

        return (int)target.Length;
    }

    [Benchmark(OperationsPerInvoke = Users)]
    public async Task<long> Merge()
    {
        using var target = new StateFileWriter(Stream.Null, shardBits: 0, shard: 0);
        await using var old = new StateOf(_state);
        var merge = new StateMerge(ShardOutcomes.AllAccepted, Day + 1, acceptedOnly: false);
        await merge.RunAsync(old, new UpdatesOf(_updates), target, _ => { }, CancellationToken.None);
        await target.FinishAsync(CancellationToken.None);
        return target.Length;
    }

    private sealed class StateOf(StateEntry[] entries) : IStateReader
    {
        private int _at = -1;

        public StateEntry Current => entries[_at];

        public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => new(++_at < entries.Length);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class UpdatesOf(StateUpdate[] updates) : IUpdateReader
    {
        private int _at = -1;

        public StateUpdate Current => updates[_at];

        public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => new(++_at < updates.Length);
    }
}
