using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// Old state + updates + outcomes → new state, in one pass over both in (id hash, id) order. What was accepted is taken over; whoever was
/// rejected, not settled or not part of the run keeps the entry it had. Where an update may have arrived, the destination has the old one or the
/// new one, so that neither fingerprint is right: the user gets <see cref="Fingerprint.Unknown"/>, and the next run sends what it then has.
/// </summary>
/// <param name="outcomes">What became of the updates.</param>
/// <param name="day">Day that accepted users get: the run's start, in days since 1970-01-01 UTC.</param>
/// <param name="acceptedOnly">
/// True when an interrupted run is recovered: its marks for removed users are left out, since the next run counts them again, and what is not
/// settled may have arrived, since requests were in flight when it ended.
/// </param>
public sealed class StateMerge(ShardOutcomes outcomes, int day, bool acceptedOnly)
{
    public long Accepted { get; private set; }

    public long Rejected { get; private set; }

    public long Unknown { get; private set; }

    /// <summary>Delivered updates without an outcome.</summary>
    public long Unsettled { get; private set; }

    /// <summary>False where the new state is the old one, entry for entry.</summary>
    public bool IsChanged { get; private set; }

    /// <param name="report">Called with the number of entries written, every few thousand.</param>
    public async Task RunAsync(
        IStateReader old, IUpdateReader updates, StateFileWriter target, Action<long> report, CancellationToken cancellationToken)
    {
        const int ReportEvery = 8192;
        long written = 0;
        var hasOld = await old.MoveNextAsync(cancellationToken);
        var hasUpdate = await updates.MoveNextAsync(cancellationToken);
        while (hasOld || hasUpdate)
        {
            var order = !hasUpdate ? -1 : !hasOld ? 1 : Compare(old.Current, updates.Current);
            var entry = order < 0 ? old.Current : Apply(updates.Current, order == 0 ? old.Current : null);
            if (entry is { } kept)
            {
                await target.WriteAsync(kept, cancellationToken);
                if (++written % ReportEvery == 0)
                {
                    report(written);
                }
            }

            if (order <= 0)
            {
                hasOld = await old.MoveNextAsync(cancellationToken);
            }

            if (order >= 0)
            {
                hasUpdate = await updates.MoveNextAsync(cancellationToken);
            }
        }
    }

    private static int Compare(in StateEntry entry, in StateUpdate update)
    {
        var byHash = entry.Hash.CompareTo(update.Hash);
        return byHash != 0 ? byHash : entry.UserId.Span.SequenceCompareTo(update.UserId.Span);
    }

    private StateEntry? Apply(in StateUpdate update, StateEntry? old)
    {
        var result = update.IsDelivered ? ApplyDelivered(update, old) : acceptedOnly ? old : ApplyMark(update.Operation, old);
        IsChanged |= result is null ? old is not null
            : old is not { } before || before.Fingerprint != result.Value.Fingerprint || before.Day != result.Value.Day || before.IsGone != result.Value.IsGone;
        return result;
    }

    private StateEntry? ApplyDelivered(in StateUpdate update, StateEntry? old)
    {
        switch (outcomes.Find(update.Number))
        {
            case OutcomeKind.Accepted:
                Accepted++;
                return update.Operation == UpdateOperation.Set
                    ? new StateEntry(update.Hash, update.UserId, update.Fingerprint, day, IsGone: false)
                    : null;
            case OutcomeKind.Rejected:
                Rejected++;
                return old;
            case OutcomeKind.Unknown:
                Unknown++;
                return update.Operation == UpdateOperation.Set
                    ? new StateEntry(update.Hash, update.UserId, Fingerprint.Unknown, old?.Day ?? day, IsGone: false)
                    : WithoutFingerprint(old);
            default:
                Unsettled++;
                return acceptedOnly ? WithoutFingerprint(old) : old;
        }
    }

    private static StateEntry? WithoutFingerprint(StateEntry? old) => old is { } entry ? entry with { Fingerprint = Fingerprint.Unknown } : null;

    // Marks are for the state alone and need nobody's consent. A user who is not in the state has nothing that could be marked.
    private static StateEntry? ApplyMark(UpdateOperation operation, StateEntry? old) =>
        old is { } entry ? entry with { IsGone = operation == UpdateOperation.Gone } : null;
}
