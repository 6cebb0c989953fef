using PersonalizeConnectors.Activities.Deliver.Braze;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class RateHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", null)]
    [InlineData("x-ratelimit-remaining: 5|x-ratelimit-reset: 60", null)]
    [InlineData("x-ratelimit-remaining: 0|x-ratelimit-reset: 60", 60.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795399245", 45.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795399100", null)]
    [InlineData("X-RateLimit-Remaining: 0", null)]
    [InlineData("X-RateLimit-Remaining: nonsense|X-RateLimit-Reset: 60", null)]
    [InlineData("Retry-After: 7", 7.0)]
    [InlineData("Retry-After: Mon, 23 Nov 2026 02:00:30 GMT", 30.0)]
    [InlineData("X-Ratelimit-Retry-After: 12|Retry-After: 7", 12.0)]
    [InlineData("x-ratelimit-retry-after: 12", 12.0)]
    [InlineData("Retry-After: 7|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 60", 7.0)]
    public void Read_Headers_SaysHowLongToPause(string headers, double? seconds)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            response.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        Assert.Equal(seconds, RateHeaders.Read(response.Headers, Now)?.TotalSeconds);
    }
}
