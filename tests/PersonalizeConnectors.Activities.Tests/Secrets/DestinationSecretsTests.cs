using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;

namespace PersonalizeConnectors.Activities.Tests.Secrets;

public sealed class DestinationSecretsTests
{
    private const string Secret = "0123-secret-4567";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("braze", "Connectors:Braze")]
    [InlineData("Braze", "connectors:braze")]
    [InlineData("braze-eu.2", "Connectors:braze-eu.2")]
    [InlineData("braze-eu.2", "Connectors:BRAZE_EU_2")]
    [InlineData("braze_eu", "Connectors:braze_eu")]
    public async Task Read_AnySpellingOfTheName_IsFound(string name, string section)
    {
        var secrets = Open(new() { [section + ":RestEndpointUrl"] = " https://rest.iad-01.braze.com ", [section + ":ApiKey"] = Secret + "\n" });

        var account = await secrets.ReadAsync(name, Token);

        Assert.Equal(new Uri("https://rest.iad-01.braze.com"), account.Endpoint);
        Assert.Equal(Secret, account.Key.Reveal());
        Assert.False(account.AllowLoopback);
    }

    [Fact]
    public async Task Read_EndpointWithoutScheme_IsHttps()
    {
        var account = await Open(Values("rest.iad-01.braze.com")).ReadAsync("braze", Token);

        Assert.Equal(new Uri("https://rest.iad-01.braze.com"), account.Endpoint);
    }

    [Fact]
    public async Task Read_EveryTime_ReadsAnew()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Values("https://host")).Build();
        var secrets = new DestinationSecrets([new ConfigurationSecrets(configuration)]);
        await secrets.ReadAsync("braze", Token);

        configuration["Connectors:braze:ApiKey"] = "rotated";
        configuration["Connectors:braze:AllowLoopback"] = "true";
        var account = await secrets.ReadAsync("braze", Token);

        Assert.Equal("rotated", account.Key.Reveal());
        Assert.True(account.AllowLoopback);
    }

    [Fact]
    public async Task Read_NothingSet_NamesBothVariablesInBothForms()
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => Open([]).ReadAsync("braze-eu", Token));

        Assert.Equal("InvalidConfiguration", e.Type);
        Assert.Equal(
            "Connector \"braze-eu\" has no endpoint and no API key. "
            + "Set where the worker runs (here, where no Temporal service has the run): the environment variable Connectors__braze_eu__RestEndpointUrl or the configuration key Connectors:braze-eu:RestEndpointUrl; "
            + "and the environment variable Connectors__braze_eu__ApiKey or the configuration key Connectors:braze-eu:ApiKey.",
            e.Message);
    }

    [Theory]
    [InlineData("RestEndpointUrl", "has no API key", "ApiKey")]
    [InlineData("ApiKey", "has no endpoint", "RestEndpointUrl")]
    public async Task Read_OneMissingOrBlank_NamesIt(string set, string expected, string missing)
    {
        var secrets = Open(new() { [$"Connectors:braze:{set}"] = "host.example", [$"Connectors:braze:{missing}"] = " " });

        var e = await Assert.ThrowsAsync<ConnectorException>(() => secrets.ReadAsync("braze", Token));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains($"Connectors__braze__{missing}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"Connectors__braze__{set}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("https://")]
    [InlineData("https://user:0123-secret-4567@host")]
    [InlineData("0123-secret-4567 and more")]
    public async Task Read_EndpointUnusable_IsRefusedWithoutRepeatingIt(string endpoint)
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => Open(Values(endpoint)).ReadAsync("braze", Token));

        Assert.Equal("InvalidConfiguration", e.Type);
        Assert.Contains("Connectors__braze__RestEndpointUrl", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two\nlines-secret")]
    [InlineData("säcret")]
    [InlineData("with space")]
    public async Task Read_KeyThatNoHeaderCarries_IsRefusedWithoutRepeatingIt(string key)
    {
        var values = Values("https://host");
        values["Connectors:braze:ApiKey"] = key;

        var e = await Assert.ThrowsAsync<ConnectorException>(() => Open(values).ReadAsync("braze", Token));

        Assert.Contains("Connectors__braze__ApiKey", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LoopbackNeitherTrueNorFalse_IsRefused()
    {
        var values = Values("https://host");
        values["Connectors:braze:AllowLoopback"] = "yes";

        var e = await Assert.ThrowsAsync<ConnectorException>(() => Open(values).ReadAsync("braze", Token));

        Assert.Contains("AllowLoopback is \"yes\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SeveralSources_FirstWithAValueWins()
    {
        var first = new ConfigurationSecrets(Configuration(new() { ["Connectors:braze:ApiKey"] = "first" }));
        var second = new ConfigurationSecrets(Configuration(new()
        {
            ["Connectors:braze:ApiKey"] = "second",
            ["Connectors:braze:RestEndpointUrl"] = "https://second",
        }));

        var account = await new DestinationSecrets([first, second]).ReadAsync("braze", Token);

        Assert.Equal(("first", new Uri("https://second")), (account.Key.Reveal(), account.Endpoint));
    }

    [Fact]
    public void Account_AsTextOrJson_HidesTheKey()
    {
        var account = new DestinationAccount(new Uri("https://host"), new ApiKey(Secret));

        Assert.Equal("***", account.Key.ToString());
        Assert.DoesNotContain(Secret, account.ToString(), StringComparison.Ordinal);
        Assert.Equal("{}", JsonSerializer.Serialize(account.Key));
        Assert.DoesNotContain(Secret, JsonSerializer.Serialize(account), StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Values(string endpoint) =>
        new() { ["Connectors:braze:RestEndpointUrl"] = endpoint, ["Connectors:braze:ApiKey"] = Secret };

    private static IConfigurationRoot Configuration(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private static DestinationSecrets Open(Dictionary<string, string?> values) => new([new ConfigurationSecrets(Configuration(values))]);
}
