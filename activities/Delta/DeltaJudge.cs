using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Decides what happens to a user, and counts it.</summary>
internal sealed class DeltaJudge(DeltaSettings settings)
{
    private long _total;
    private long _new;
    private long _changed;
    private long _unchanged;
    private long _removed;

    public UserCounts Counts => new(Total: _total, New: _new, Changed: _changed, Unchanged: _unchanged, Removed: _removed);

    /// <summary>The user has a list.</summary>
    /// <returns>Null: nothing to do.</returns>
    public UpdateOperation? HasList(StateEntry? state, Fingerprint fingerprint)
    {
        _total++;
        if (state is not { } known)
        {
            _new++;
            return UpdateOperation.Set;
        }

        if (known.Fingerprint != fingerprint)
        {
            _changed++;
            return UpdateOperation.Set;
        }

        _unchanged++;
        if (settings.SendsAll || known.Day <= settings.ResendUpTo)
        {
            return UpdateOperation.Set;
        }

        return known.IsGone ? UpdateOperation.Back : null;
    }

    /// <summary>The user's input was nothing but errors: what was sent stands.</summary>
    public void HasErrors(StateEntry? state)
    {
        if (state is { IsGone: false })
        {
            _total++;
            _unchanged++;
        }
    }

    /// <summary>The user has no list, or is not in the input at all.</summary>
    /// <returns>Null: nothing to do.</returns>
    public UpdateOperation? HasNoList(StateEntry? state)
    {
        if (state is not { } known || settings.IsPartial || (known.IsGone && !settings.ClearsRemoved))
        {
            return null;
        }

        _removed++;
        return settings.ClearsRemoved ? UpdateOperation.Clear : UpdateOperation.Gone;
    }
}
