using System.Text;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>Counts one connector's requests, from any number of threads.</summary>
internal sealed class ConnectorTally
{
    private readonly Lock _gate = new();
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int Shard, long Number), DrySample> _samples = [];
    private IReadOnlyDictionary<UpdatePlace, DrySampleKind> _chosen = new Dictionary<UpdatePlace, DrySampleKind>();
    private IReadOnlyCollection<string> _sentBefore = [];
    private long _requests;
    private long _bytes;
    private long? _dataPoints;

    public bool HasBegun { get; private set; }

    /// <param name="choice">Whose payloads to keep.</param>
    /// <param name="sentBefore">Attribute names of the state.</param>
    public void Begin(SampleChoice choice, IReadOnlyCollection<string> sentBefore)
    {
        lock (_gate)
        {
            _chosen = choice.Payloads;
            _sentBefore = sentBefore;
            foreach (var (place, sample) in choice.Unsent)
            {
                _samples[(place.Shard, place.Number)] = sample;
            }

            HasBegun = true;
        }
    }

    public void Count(Batch batch, PayloadRange range, int bytes, long? dataPoints)
    {
        lock (_gate)
        {
            _requests++;
            _bytes += bytes;
            _dataPoints = dataPoints is null ? _dataPoints : (_dataPoints ?? 0) + dataPoints;
            _names.UnionWith(batch.Names);
            for (var i = range.First; i < range.First + range.Count; i++)
            {
                var place = batch.PlaceOf(i);
                if (_chosen.TryGetValue(place, out var kind))
                {
                    _samples[(place.Shard, place.Number)] = new(kind, batch.UserIdTextOf(i), Encoding.UTF8.GetString(batch.PayloadOf(i)));
                }
            }
        }
    }

    public DryDelivery Snapshot(int samplesPerKind)
    {
        lock (_gate)
        {
            return new(
                _requests, _bytes, _dataPoints, [.. _names], _sentBefore,
                [.. _samples.Values.GroupBy(sample => sample.Kind).OrderBy(kind => kind.Key).SelectMany(kind => kind.Take(samplesPerKind))]);
        }
    }
}
