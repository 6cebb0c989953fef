using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>
/// Looks for the first users of each kind, and stops when it has them. An update does not say whether its user is new or changed, so updates and
/// state are read side by side, as Delta did; both are in the order of hash and id.
/// </summary>
internal sealed class SampleChooser(DestinationContext context, IStateStore states, int perKind)
{
    // Some of the chosen may be rejected, and then have no payload to show.
    private const int Spare = 20;

    private readonly Dictionary<UpdatePlace, DrySampleKind> _payloads = [];
    private readonly List<KeyValuePair<UpdatePlace, DrySample>> _unsent = [];
    private readonly int[] _found = new int[Enum.GetValues<DrySampleKind>().Length];
    private bool _hasState;

    private bool IsComplete => _hasState ? Array.TrueForAll(_found, found => found >= perKind + Spare) : _found[(int)DrySampleKind.New] >= perKind + Spare;

    public async Task<SampleChoice> ChooseAsync(CancellationToken cancellationToken)
    {
        if (perKind > 0)
        {
            _hasState = await HasStateAsync(cancellationToken);
            for (var shard = 0; shard < context.Run.Plan.Shards && !IsComplete; shard++)
            {
                await ReadAsync(shard, cancellationToken);
            }
        }

        return new(_payloads, _unsent);
    }

    private async Task<bool> HasStateAsync(CancellationToken cancellationToken) =>
        await context.Run.Store.FindAsync(RunKeys.StateManifestOf(context.Run.Job.Prefix, context.Connector.Name), cancellationToken) is not null;

    private async Task ReadAsync(int shard, CancellationToken cancellationToken)
    {
        var updates = await SectionedObject.OpenAsync(context.Run.Store, context.Run.Keys.Updates(context.Connector.Name, shard), cancellationToken);
        await using var state = await states.OpenAsync(context.Run, context.Connector.Name, shard, cancellationToken);
        using var block = new ByteWriter(64 * 1024);
        using var list = new RecommendationBuffer();
        var queryItems = new List<int>();
        var hasState = await state.MoveNextAsync(cancellationToken);
        var number = 0L;
        foreach (var entry in updates.Index.Of(UpdateRecord.Section))
        {
            block.Clear();
            await updates.ReadAsync(entry, block, cancellationToken);
            for (var (position, end) = (0, number + entry.Items); number < end && !IsComplete; number++)
            {
                var update = Next(block.WrittenMemory, ref position, list, queryItems);
                while (hasState && Compare(state.Current, update) < 0)
                {
                    hasState = await state.MoveNextAsync(cancellationToken);
                }

                Take(new(shard, number), update, hasState && Compare(state.Current, update) == 0 ? state.Current : null);
            }
        }
    }

    private static Update Next(ReadOnlyMemory<byte> block, ref int position, RecommendationBuffer list, List<int> queryItems)
    {
        var reader = new ByteReader(block.Span[position..]);
        var record = UpdateRecord.Read(ref reader, list, queryItems);
        position += reader.Position;
        return new(IdHash.Of(record.UserId), record.UserId.ToArray(), record.Operation, record.Fingerprint);
    }

    private static int Compare(StateEntry state, Update update)
    {
        var order = state.Hash.CompareTo(update.Hash);
        return order != 0 ? order : state.UserId.Span.SequenceCompareTo(update.UserId);
    }

    private void Take(UpdatePlace place, Update update, StateEntry? state)
    {
        DrySampleKind? kind = (update.Operation, state) switch
        {
            (UpdateOperation.Clear or UpdateOperation.Gone, _) => DrySampleKind.Removed,
            (UpdateOperation.Back, _) => null,
            (_, null) => DrySampleKind.New,
            var (_, known) => known.Value.Fingerprint == update.Fingerprint ? DrySampleKind.Resent : DrySampleKind.Changed,
        };
        if (kind is not { } found || _found[(int)found] >= perKind + Spare)
        {
            return;
        }

        _found[(int)found]++;
        if (update.Operation == UpdateOperation.Gone || (update.Operation == UpdateOperation.Clear && context.SentAttributes.Count == 0))
        {
            _unsent.Add(new(place, new(found, Encoding.UTF8.GetString(update.UserId), Payload: null)));
        }
        else
        {
            _payloads.Add(place, found);
        }
    }

    private readonly record struct Update(ulong Hash, byte[] UserId, UpdateOperation Operation, Fingerprint Fingerprint);
}

/// <param name="Payloads">Updates whose payload is worth keeping.</param>
/// <param name="Unsent">Updates that send nothing.</param>
internal sealed record SampleChoice(IReadOnlyDictionary<UpdatePlace, DrySampleKind> Payloads, IReadOnlyList<KeyValuePair<UpdatePlace, DrySample>> Unsent);
