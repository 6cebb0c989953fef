namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Pauses between attempts: full jitter, so that many workers do not come back at once.</summary>
internal static class Jitter
{
    /// <param name="attempt">From 1: up to 1 s, 2 s, 4 s, …</param>
    public static TimeSpan Of(int attempt, TimeSpan longest)
    {
        var most = Math.Min(longest.TotalSeconds, Math.Pow(2, attempt - 1));
        return TimeSpan.FromSeconds(Random.Shared.NextDouble() * most);
    }
}
