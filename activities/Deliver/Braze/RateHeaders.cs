using System.Globalization;
using System.Net.Http.Headers;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>How long Braze wants no further request, from its headers.</summary>
internal static class RateHeaders
{
    // A smaller number is seconds from now, a larger one seconds since 1970: Braze's pages name both.
    private const long FirstEpochSecond = 1_000_000_000;

    /// <summary>Null where nothing is asked for. <c>X-Ratelimit-Retry-After</c>, then <c>Retry-After</c>, then <c>Reset</c> where <c>Remaining</c> is 0.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now) =>
        Positive(Seconds(headers, "X-Ratelimit-Retry-After"))
        ?? Positive(RetryAfter(headers.RetryAfter, now))
        ?? (Number(headers, "X-RateLimit-Remaining") is <= 0 ? Positive(Reset(headers, now)) : null);

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? value, DateTimeOffset now) => value?.Delta ?? (value?.Date is { } date ? date - now : null);

    private static TimeSpan? Reset(HttpResponseHeaders headers, DateTimeOffset now) => Number(headers, "X-RateLimit-Reset") switch
    {
        null => null,
        < FirstEpochSecond and var delta => Limited(delta),
        { } epoch => Limited(epoch - (now.ToUnixTimeMilliseconds() / 1000.0)),
    };

    private static TimeSpan? Seconds(HttpResponseHeaders headers, string name) => Number(headers, name) is { } seconds ? Limited(seconds) : null;

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan Limited(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(1).TotalSeconds));

    private static TimeSpan? Positive(TimeSpan? value) => value > TimeSpan.Zero ? value : null;
}
