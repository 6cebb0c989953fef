namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>How long a delivery takes where nothing but its own rate holds it back.</summary>
public static class PacedTime
{
    /// <summary>Requests a second that are used of those allowed.</summary>
    public static double UsedRate(double requestsPerSecond) => requestsPerSecond * Pacer.Headroom;

    /// <summary>From the first request to the last one's turn.</summary>
    /// <param name="requestsPerHour">Null: no budget. All of an hour's requests go as fast as the rate allows, the next when the first are an hour old.</param>
    public static TimeSpan Of(long requests, double requestsPerSecond, long? requestsPerHour)
    {
        if (requests <= 1)
        {
            return TimeSpan.Zero;
        }

        var last = requests - 1;
        var rate = UsedRate(requestsPerSecond);
        var paced = last / rate;
        if (requestsPerHour is { } most && most > 0)
        {
            paced = Math.Max(paced, ((last / most) * 3600.0) + ((last % most) / rate));
        }

        return paced < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(paced) : TimeSpan.MaxValue;
    }
}
