using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Core.Updates;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Visits a shard's users one by one, those of the input and those of the state alone, and leaves their updates.</summary>
internal sealed class ShardMerge(
    IShardUsers users, UpdateBlocks updates, ConnectorConfiguration connector, DeltaSettings settings, WantedUsers wanted, long? limit,
    Catalog catalog, ItemTable? table) : IDisposable
{
    private readonly DeltaJudge _judge = new(settings);
    private readonly Combiner _combiner = new(CombineRules.Of(connector, DestinationLimits.Recommendations));
    private readonly UpdateFingerprint _fingerprint = new(connector);
    private readonly RecommendationBuffer _list = new();

    public UserCounts Counts => _judge.Counts;

    /// <summary>Users of the state that are not marked gone.</summary>
    public long StateUsers { get; private set; }

    /// <summary>Distinct users of the input.</summary>
    public long InputUsers { get; private set; }

    /// <summary>Users of the input without a single result.</summary>
    public long UsersWithoutResults { get; private set; }

    // What the input and the state hold is counted to the end; users beyond the limit are not looked at.
    private bool IsLimitReached => limit is { } most && updates.Count >= most;

    public void OnlyInState(StateEntry state)
    {
        StateUsers += state.IsGone ? 0 : 1;
        if (!IsLimitReached && _judge.HasNoList(state) is { } operation)
        {
            updates.Add(state.UserId.Span, operation, state.Fingerprint);
        }
    }

    /// <summary>Visits the input's current user.</summary>
    /// <param name="state">Null where the state does not have it.</param>
    public void InInput(StateEntry? state)
    {
        InputUsers++;
        StateUsers += state is { IsGone: false } ? 1 : 0;
        UsersWithoutResults += users.Input == InputOfUser.Results ? 0 : 1;
        if (IsLimitReached || !wanted.Contains(users.UserId))
        {
            return;
        }

        if (users.Input == InputOfUser.Errors)
        {
            _judge.HasErrors(state);
            return;
        }

        Combine();
        if (_list.Count > 0)
        {
            var fingerprint = _fingerprint.Of(_list, catalog, users.QueryItems, table);
            if (_judge.HasList(state, fingerprint) is { } operation)
            {
                updates.Add(users, operation, fingerprint, _list);
            }
        }
        else if (_judge.HasNoList(state) is { } operation)
        {
            updates.Add(users.UserId, operation, state.GetValueOrDefault().Fingerprint);
        }
    }

    public void Dispose()
    {
        _combiner.Dispose();
        _fingerprint.Dispose();
        _list.Dispose();
    }

    private void Combine()
    {
        _list.Clear();
        if (users.Input == InputOfUser.Results)
        {
            _combiner.Clear();
            users.AddLists(_combiner);
            _combiner.Finish(_list);
        }
    }
}
