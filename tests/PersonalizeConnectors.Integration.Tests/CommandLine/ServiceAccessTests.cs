using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Worker.Service;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>How the command line reaches a service, and what it says where it does not get in.</summary>
public sealed class ServiceAccessTests(TemporalServerFixture server) : IDisposable
{
    private const string Job = "s3://shop/etl_jobs/related_items/similar";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-access-");

    [Fact]
    public async Task Status_AddressNamespaceAndKey_AreAllThatACloudNeeds()
    {
        await using var cloud = await RefusingService.StartAsync();
        var environment = ProgramEnvironment.Of(null, cloud.Address);
        environment["TEMPORAL_NAMESPACE"] = "shop.a1b2c";
        environment["TEMPORAL_API_KEY"] = "key-that-nobody-sees";
        // Only because this one's authority is not among those that every machine trusts.
        environment["TEMPORAL_TLS_SERVER_CA_CERT_DATA"] = cloud.AuthorityPem;

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "status", Job, "--json");

        Assert.Equal(("Bearer key-that-nobody-sees", "shop.a1b2c"), cloud.Asked.FirstOrDefault());
        Assert.Equal(4, exitCode);
        Assert.Contains($"{cloud.Address} refuses these credentials for namespace shop.a1b2c", error, StringComparison.Ordinal);
        Assert.Contains("TEMPORAL_API_KEY", error, StringComparison.Ordinal);
        Assert.DoesNotContain("key-that-nobody-sees", error + output, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
    }

    [Fact]
    public async Task Status_ProfileWithAMissingNamespace_SaysHowToCreateIt()
    {
        var profile = Path.Join(_folder.FullName, "temporal.toml");
        var address = server.Client.Connection.Options.TargetHost;
        await File.WriteAllTextAsync(
            profile, $"[profile.shop]\naddress = \"{address}\"\nnamespace = \"nowhere\"\n", TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string?> { ["TEMPORAL_CONFIG_FILE"] = profile, ["TEMPORAL_PROFILE"] = "shop" };

        var (exitCode, _, error) = await ProgramProcess.RunAsync(environment, "status", Job);

        Assert.Equal(4, exitCode);
        Assert.Contains($"temporal operator namespace create --namespace nowhere --address {address}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AddressThatNeverAnswers_IsToldAfterLessThanTenSeconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null, silent.LocalEndpoint.ToString()), "status", Job);

        Assert.Equal(4, exitCode);
        var seconds = Regex.Match(error, "no answer within ([0-9]+) seconds").Groups[1].Value;
        Assert.InRange(int.Parse(seconds, CultureInfo.InvariantCulture), 1, 9);
        Assert.Contains("Check TEMPORAL_ADDRESS", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindTrouble_AddressThatNeverAnswers_IsNamedWhenThePatienceIsOver()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var client = TemporalClient.CreateLazy(new(silent.LocalEndpoint.ToString()!));

        var trouble = await ServiceTrouble.FindAsync(client, TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);

        Assert.NotNull(trouble);
        Assert.True(trouble.MayPass);
        Assert.Contains("no answer within", trouble.Sentence, StringComparison.Ordinal);
        Assert.Contains("TEMPORAL_ADDRESS", trouble.Sentence, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
