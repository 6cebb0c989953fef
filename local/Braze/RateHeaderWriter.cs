using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Writes the rate headers in the form that the settings ask for.</summary>
internal static class RateHeaderWriter
{
    public static void Write(IHeaderDictionary headers, in RateDecision decision, BrazeRate rate, bool refused)
    {
        var advice = rate.Headers == RateHeaders.MonthlyUsers ? RetryAdvice.XRatelimitRetryAfter : rate.Advice;
        if (refused)
        {
            WriteAdvice(headers, decision, advice);
        }

        var absent = rate.Headers == RateHeaders.None || decision.Limit is null
            || (refused && advice is RetryAdvice.XRatelimitRetryAfter or RetryAdvice.None);
        if (absent)
        {
            return;
        }

        headers["X-RateLimit-Limit"] = Text(decision.Limit!.Value);
        headers["X-RateLimit-Remaining"] = Text(refused ? 0 : decision.Remaining);
        headers["X-RateLimit-Reset"] = rate.Headers == RateHeaders.Epoch
            ? Text((long)Math.Ceiling(decision.Reset.ToUnixTimeMilliseconds() / 1000d))
            : Text(SecondsUntil(decision.Reset, decision.Now));
    }

    private static void WriteAdvice(IHeaderDictionary headers, in RateDecision decision, RetryAdvice advice)
    {
        var seconds = SecondsUntil(decision.RetryAt, decision.Now);
        switch (advice)
        {
            case RetryAdvice.RetryAfterSeconds:
                headers.RetryAfter = Text(seconds);
                break;
            case RetryAdvice.RetryAfterDate:
                headers.RetryAfter = decision.Now.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture);
                break;
            case RetryAdvice.XRatelimitRetryAfter:
                headers["X-Ratelimit-Retry-After"] = Text(seconds);
                break;
        }
    }

    private static long SecondsUntil(DateTimeOffset time, DateTimeOffset now) => (long)Math.Ceiling(Math.Max((time - now).TotalSeconds, 0));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
