using System.Reflection;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Worker.Settings;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>The list of settings against the classes that are bound to them, and against the documentation.</summary>
public sealed class KnownSettingsTests
{
    [Fact]
    public void All_EveryOption_IsKnown()
    {
        var names = OptionNames().ToList();

        Assert.Contains("Worker__HealthPort", names);
        Assert.Contains("Storage__S3__<bucket>__Region", names);
        Assert.All(names, name => Assert.NotNull(KnownSettings.Find(name)));
    }

    // The connectors' own are read by name, since the user names the connectors.
    [Fact]
    public void All_EveryKnownSetting_IsReadSomewhere() => Assert.Equal(
        OptionNames().Order(StringComparer.Ordinal),
        KnownSettings.All.Select(s => s.Name).Where(n => !n.StartsWith("Connectors__", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Documentation_Worker_HasTheTableOfSettings()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "worker.md"), TestContext.Current.CancellationToken);
        var rows = KnownSettings.All.Select(s => $"| `{s.Name}` | {s.Default} | {s.Meaning}{(s.IsList ? " Several." : "")} |");

        Assert.Contains(string.Join('\n', rows), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage__LocalRoots", true)]
    [InlineData("storage__localroots__12", true)]
    [InlineData("Storage__LocalRoots__x", false)]
    [InlineData("Storage__S3__my-bucket.eu__Region", true)]
    [InlineData("Storage__S3____Region", false)]
    [InlineData("Worker__HealthPort__0", false)]
    [InlineData("Connectors__Braze__ApiKey", true)]
    public void Find_AName_IsTheSettingOrNot(string name, bool known) => Assert.Equal(known, KnownSettings.Find(name) is not null);

    private static IEnumerable<string> OptionNames() =>
        new[] { typeof(StorageOptions).Assembly, typeof(KnownSettings).Assembly }
            .SelectMany(a => a.GetTypes())
            .Select(t => (Type: t, Section: t.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(t => t.Section is not null)
            .SelectMany(t => Names(t.Type, t.Section!));

    // A dictionary's values have settings of their own, under a name that the user gives.
    private static IEnumerable<string> Names(Type type, string prefix) => type.GetProperties().Where(p => p.CanWrite).SelectMany(p =>
        p.PropertyType is { IsGenericType: true } generic && generic.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? Names(generic.GetGenericArguments()[1], $"{prefix}__{p.Name}__<bucket>")
            : [$"{prefix}__{p.Name}"]);
}
