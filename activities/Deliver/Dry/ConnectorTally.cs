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

    // By the first update: an attempt that begins anew sends again what the last one had not logged, in the same batches.
    private readonly Dictionary<UpdatePlace, Request> _requests = [];

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
            _requests[batch.PlaceOf(range.First)] = new(bytes, dataPoints);
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
                _requests.Count, _requests.Values.Sum(request => (long)request.Bytes), DataPoints(), [.. _names], _sentBefore,
                [.. _samples.Values.GroupBy(sample => sample.Kind).OrderBy(kind => kind.Key).SelectMany(kind => kind.Take(samplesPerKind))]);
        }
    }

    private long? DataPoints()
    {
        var counted = _requests.Values.Where(request => request.DataPoints is not null).ToList();
        return counted.Count == 0 ? null : counted.Sum(request => request.DataPoints);
    }

    private readonly record struct Request(int Bytes, long? DataPoints);
}
