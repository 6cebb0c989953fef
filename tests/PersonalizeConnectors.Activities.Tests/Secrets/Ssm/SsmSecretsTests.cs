using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Secrets.Ssm;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Activities.Tests.Secrets.Ssm;

public sealed class SsmSecretsTests(AwsFixture aws)
{
    private const string Secret = "0123-secret-4567";

    private readonly string _environment = $"test-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_BothParameters_GivesThemAndReadsAnewEveryTime()
    {
        await PutAsync("rest-endpoint-url", "https://rest.iad-01.braze.com\n", ParameterType.String);
        await PutAsync("api-key", Secret, ParameterType.SecureString);
        var secrets = new DestinationSecrets([await CreateAsync()]);

        var account = await secrets.ReadAsync("braze", Token);
        await PutAsync("api-key", "rotated", ParameterType.SecureString);
        var later = await secrets.ReadAsync("braze", Token);

        Assert.Equal((new Uri("https://rest.iad-01.braze.com"), Secret, false), (account.Endpoint, account.Key.Reveal(), account.AllowLoopback));
        Assert.Equal("rotated", later.Key.Reveal());
    }

    [Fact]
    public async Task Read_ConfigurationHasAValue_ItWins()
    {
        await PutAsync("rest-endpoint-url", "https://from-ssm", ParameterType.String);
        await PutAsync("api-key", Secret, ParameterType.SecureString);
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["Connectors:braze:RestEndpointUrl"] = "https://from-configuration" };

        var account = await new DestinationSecrets([new ConfigurationSecrets(configuration), await CreateAsync()]).ReadAsync("braze", Token);

        Assert.Equal((new Uri("https://from-configuration"), Secret), (account.Endpoint, account.Key.Reveal()));
    }

    [Fact]
    public async Task Read_KeyInPlainText_IsRefusedWithTheCommandThatCuresIt()
    {
        await PutAsync("rest-endpoint-url", "https://host", ParameterType.String);
        await PutAsync("api-key", Secret, ParameterType.String);
        var secrets = new DestinationSecrets([await CreateAsync()]);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => secrets.ReadAsync("braze", Token));

        Assert.Equal("InvalidConfiguration", e.Type);
        Assert.Contains(
            $"aws ssm delete-parameter --name {Name("api-key")}; aws ssm put-parameter --name {Name("api-key")} --type SecureString --value \"$KEY\"",
            e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_KeyMissing_NamesTheCommandThatPutsIt()
    {
        await PutAsync("rest-endpoint-url", "https://host", ParameterType.String);
        var secrets = new DestinationSecrets([await CreateAsync()]);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => secrets.ReadAsync("braze", Token));

        Assert.StartsWith("Connector \"braze\" has no API key. Set where the worker runs (here, where no Temporal service has the run): the SSM parameter ", e.Message, StringComparison.Ordinal);
        Assert.Contains($"aws ssm put-parameter --name {Name("api-key")} --type SecureString", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NothingSaysWhichSsm_IsNotAsked()
    {
        var secrets = new SsmSecrets(Options.Create(new SsmOptions { Enabled = false }), new FakeAws(_ => throw new InvalidOperationException()));

        Assert.Equal(new(null, null, null), await secrets.FindAsync("braze", Token));
        Assert.StartsWith("AWS_REGION and the SSM parameter /prod/personalize-connectors/braze/api-key", secrets.KeyNames("braze"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_Denied_NamesThePermissions()
    {
        var e = await RefuseAsync(400, "AccessDeniedException");

        Assert.Equal("InvalidConfiguration", e.Type);
        Assert.Contains(
            "ssm:GetParameters on arn:aws:ssm:eu-west-1:*:parameter/prod/personalize-connectors/braze/*, and kms:Decrypt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_CredentialsExpired_SaysSoAndIsWorthAnotherAttempt()
    {
        var e = await RefuseAsync(400, "ExpiredTokenException");

        Assert.Equal(("AwsUnreachable", true), (e.Type, e.IsTransient));
        Assert.Contains("have expired", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NobodyListens_NamesTheAddress()
    {
        using var secrets = new SsmSecrets(Options.Create(new SsmOptions { Endpoint = "http://127.0.0.1:1" }));

        var e = await Assert.ThrowsAsync<ConnectorException>(() => secrets.FindAsync("braze", Token));

        Assert.Contains("SSM at http://127.0.0.1:1 cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.Equal(("AwsUnreachable", true), (e.Type, e.IsTransient));
    }

    private static async Task<ConnectorException> RefuseAsync(int status, string code)
    {
        var fake = new FakeAws(_ => FakeAws.Json(status, $$"""{"__type":"com.amazonaws.ssm#{{code}}","message":"The body says more: {{Secret}}"}"""));
        using var secrets = new SsmSecrets(Options.Create(new SsmOptions { Region = "eu-west-1" }), fake);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => secrets.FindAsync("braze", Token));

        Assert.StartsWith("Cannot read the SSM parameters of connector \"braze\" (/prod/personalize-connectors/braze/rest-endpoint-url, ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
        return e;
    }

    private string Name(string value) => $"/{_environment}/personalize-connectors/braze/{value}";

    private async Task<SsmSecrets> CreateAsync() =>
        new(Options.Create(new SsmOptions { Environment = _environment, Endpoint = await aws.EndpointAsync(), Region = AwsFixture.Region }));

    private async Task PutAsync(string name, string value, ParameterType type)
    {
        using var ssm = await aws.SsmAsync();
        await ssm.PutParameterAsync(new PutParameterRequest { Name = Name(name), Value = value, Type = type, Overwrite = true }, Token);
    }
}
