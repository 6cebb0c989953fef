using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Diagnostics;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

/// <summary>What exporters are given. The meter is the process's own, so the destination has a type that no other test has.</summary>
public sealed class DeliveryMetricsTests : IDisposable
{
    private const string Metered = "metered";

    private readonly DeliveryRig _rig = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string? Kind)> _measured = new();
    private readonly MeterListener _listener = new();

    public DeliveryMetricsTests()
    {
        _rig.Destination.Type = Metered;
        _rig.Stage.Connector = _rig.Stage.Connector with { Type = Metered, MaxObjectsPerRequest = 10 };
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DeliveryInstruments.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public async Task RunAsync_EveryOutcome_IsMeasured()
    {
        await _rig.Stage.StageAsync(30);
        _rig.Destination.OnSend = _ => new(new BatchResponse.Settled([new(0, "bad"), new(1, "bad")]));

        var result = _rig.Deliver(30);

        Assert.Equal((24, 6), (result.Accepted, result.Rejected));
        Assert.Equal(24, Sum("connector.delivery.users", "accepted"));
        Assert.Equal(6, Sum("connector.delivery.users", "rejected"));
        Assert.Equal(3, Sum("connector.delivery.requests", "settled"));
        var seconds = _measured.Where(m => m.Instrument == "connector.delivery.request.duration").Select(m => m.Value).ToList();
        Assert.Equal(3, seconds.Count);
        Assert.All(seconds, s => Assert.InRange(s, 0.02, 1));
    }

    private double Sum(string instrument, string kind) => _measured.Where(m => m.Instrument == instrument && m.Kind == kind).Sum(m => m.Value);

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? kind = null;
        var isOurs = false;
        foreach (var (name, text) in tags)
        {
            isOurs |= name == "destination" && text is Metered;
            kind = name is "outcome" or "answer" ? (string?)text : kind;
        }

        if (isOurs)
        {
            _measured.Enqueue((instrument.Name, value, kind));
        }
    }
}
