using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Engine;
using PersonalizeConnectors.Worker;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>Workers of one service are one, and two services are two, whatever their addresses look like.</summary>
public sealed class NamespaceIdentityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_ServerByTwoAddresses_IsOneService()
    {
        await using var temporal = await DurableTemporal.StartAsync();

        var byNumber = await IdentityOf(temporal.Address).FindAsync(Token);
        var byName = await IdentityOf(temporal.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)).FindAsync(Token);

        Assert.Equal(byNumber, byName);
        Assert.StartsWith("default/", byNumber, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_TwoServersAndTwoEngines_AreFourServices()
    {
        await using var first = await DurableTemporal.StartAsync();
        await using var second = await DurableTemporal.StartAsync();
        await using var engine = await EmbeddedEngine.StartAsync(new(), Token);
        await using var other = await EmbeddedEngine.StartAsync(new(), Token);

        var found = new HashSet<string>();
        foreach (var address in new[] { first.Address, second.Address, engine.Address, other.Address })
        {
            found.Add(await IdentityOf(address).FindAsync(Token));
        }

        Assert.Equal(4, found.Count);
    }

    [Fact]
    public async Task Find_ServiceIsAway_IsTheOneThatWasThere()
    {
        var engine = await EmbeddedEngine.StartAsync(new(), Token);
        var known = IdentityOf(engine.Address);
        var unknown = IdentityOf(engine.Address);
        var before = await known.FindAsync(Token);
        await engine.DisposeAsync();

        Assert.Equal(before, await known.FindAsync(Token));
        await Assert.ThrowsAnyAsync<Exception>(() => unknown.FindAsync(Token).AsTask());
    }

    private static NamespaceIdentity IdentityOf(string address) => new(TemporalClient.CreateLazy(new(address)));
}
