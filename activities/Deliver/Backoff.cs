namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Exponential backoff with full jitter: workers that failed together do not come back together.</summary>
internal static class Backoff
{
    /// <param name="failures">Failures of the same request so far, from 1.</param>
    /// <param name="share">0 to 1, evenly distributed.</param>
    public static TimeSpan Of(int failures, double share)
    {
        var most = DeliveryPolicies.BackoffBase * Math.Pow(2, Math.Min(failures - 1, 16));
        return (most < DeliveryPolicies.BackoffCap ? most : DeliveryPolicies.BackoffCap) * share;
    }

    public static TimeSpan Of(int failures) => Of(failures, Random.Shared.NextDouble());
}
