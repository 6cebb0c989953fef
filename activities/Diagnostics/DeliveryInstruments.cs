using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PersonalizeConnectors.Activities.Diagnostics;

/// <summary>What a delivery counts, by destination type. No ids, no accounts.</summary>
internal static class DeliveryInstruments
{
    /// <summary>Name of the meter, for exporters.</summary>
    public const string MeterName = "PersonalizeConnectors.Delivery";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> RequestCounter =
        Meter.CreateCounter<long>("connector.delivery.requests", "{request}", "Requests to destinations, by what the answer meant");

    private static readonly Counter<long> UserCounter =
        Meter.CreateCounter<long>("connector.delivery.users", "{user}", "User updates sent, by outcome");

    private static readonly Histogram<double> Latency =
        Meter.CreateHistogram<double>("connector.delivery.request.duration", "s", "Time from a request to its answer");

    public static void Request(DeliveryTags tags, string answer, TimeSpan latency)
    {
        var list = new TagList { { "destination", tags.Destination }, { "answer", answer } };
        RequestCounter.Add(1, list);
        Latency.Record(latency.TotalSeconds, list);
    }

    public static void Users(DeliveryTags tags, string outcome, long users)
    {
        if (users > 0)
        {
            UserCounter.Add(users, new TagList { { "destination", tags.Destination }, { "outcome", outcome } });
        }
    }
}

/// <param name="Destination">The destination's type.</param>
internal readonly record struct DeliveryTags(string Destination);
