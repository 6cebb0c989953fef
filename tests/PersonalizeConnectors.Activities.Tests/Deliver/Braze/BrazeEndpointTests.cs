using PersonalizeConnectors.Activities.Deliver.Braze;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazeEndpointTests
{
    [Theory]
    [InlineData("https://rest.iad-01.braze.com", false, "https://rest.iad-01.braze.com/users/track")]
    [InlineData("https://rest.fra-02.braze.eu/", false, "https://rest.fra-02.braze.eu/users/track")]
    [InlineData("https://rest.us-10.braze.com", true, "https://rest.us-10.braze.com/users/track")]
    [InlineData("http://127.0.0.1:4210", true, "http://127.0.0.1:4210/users/track")]
    [InlineData("https://localhost:4210/", true, "https://localhost:4210/users/track")]
    [InlineData("http://[::1]:4210", true, "http://[::1]:4210/users/track")]
    public void Track_Allowed_IsTheAddress(string endpoint, bool loopback, string expected) =>
        Assert.Equal(expected, BrazeEndpoint.Track("shop", Account(endpoint, loopback)).ToString());

    [Theory]
    [InlineData("http://rest.iad-01.braze.com", true)]
    [InlineData("https://rest.iad-01.braze.com:8443", true)]
    [InlineData("https://rest.iad-01.braze.com/users/track", true)]
    [InlineData("https://rest.iad-01.braze.com/?x=1", true)]
    [InlineData("https://sdk.iad-01.braze.com", true)]
    [InlineData("https://dashboard-01.braze.com", true)]
    [InlineData("https://rest.iad-01.braze.com.evil.example", true)]
    [InlineData("https://rest.iad-01.braze.org", true)]
    [InlineData("https://evil.example/rest.iad-01.braze.com", true)]
    [InlineData("http://10.0.0.1", true)]
    [InlineData("http://127.0.0.1:4210", false)]
    [InlineData("https://localhost", false)]
    public void Track_Anything_Else_IsRefused(string endpoint, bool loopback)
    {
        var failure = Assert.Throws<ConnectorException>(() => BrazeEndpoint.Track("shop", Account(endpoint, loopback)));

        Assert.Equal(FailureTypes.InvalidConfiguration, failure.Type);
        Assert.Contains("\"shop\"", failure.Message, StringComparison.Ordinal);
    }

    private static DestinationAccount Account(string endpoint, bool loopback) => new(new Uri(endpoint), new ApiKey("secret"), loopback);
}
