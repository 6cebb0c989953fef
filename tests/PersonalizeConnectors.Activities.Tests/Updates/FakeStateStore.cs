using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Tests.Updates;

/// <summary>A sync state in memory.</summary>
internal sealed class FakeStateStore : IStateStore
{
    private readonly Dictionary<string, StateEntry> _users = new(StringComparer.Ordinal);

    public void Set(string user, Fingerprint fingerprint, int day = 20_000, bool isGone = false)
    {
        var id = Encoding.UTF8.GetBytes(user);
        _users[user] = new(IdHash.Of(id), id, fingerprint, day, isGone);
    }

    public Task<IStateReader> OpenAsync(OpenedRun run, string connector, int shard, CancellationToken cancellationToken) =>
        Task.FromResult<IStateReader>(new Reader([.. _users.Values
            .Where(u => IdHash.Shard(u.Hash, run.Plan.ShardBits) == shard)
            .OrderBy(u => u.Hash)
            .ThenBy(u => u.UserId, Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span)))]));

    private sealed class Reader(StateEntry[] users) : IStateReader
    {
        private int _at = -1;

        public StateEntry Current => users[_at];

        public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => new(++_at < users.Length);

        public ValueTask DisposeAsync() => default;
    }
}
