using Microsoft.Extensions.Configuration;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Worker.Settings;

namespace PersonalizeConnectors.Integration.Tests.Worker;

public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Worker__HealthPrt", "Worker__HealthPort")]
    [InlineData("Storage__LocalRoot__0", "Storage__LocalRoots__0")]
    [InlineData("Storage__S3__shop__Regin", "Storage__S3__shop__Region")]
    [InlineData("Connectors__Braze__ApiKy", "Connectors__Braze__ApiKey")]
    [InlineData("Storge__LocalRoots__0", "Storage__LocalRoots__0")]
    [InlineData("Worker_HealthPort", "Worker__HealthPort")]
    public void Find_MistypedName_NamesTheNearest(string name, string nearest)
    {
        var problem = Assert.Single(Find((name, "8080")));

        Assert.Equal((name, nearest), (problem.Path, problem.Nearest));
    }

    [Theory]
    [InlineData("Worker__HealthPort", "0")]
    [InlineData("Worker__HealthPort", "")]
    [InlineData("Worker__Logs", "yaml")]
    [InlineData("Storage__LocalRoots", "data")]
    [InlineData("Storage__LocalRoots__1", "/nowhere/at/all")]
    [InlineData("Storage__Buckets", "shop;s3://shop")]
    [InlineData("Storage__S3__shop__Endpoint", "localhost:4566")]
    [InlineData("Storage__S3__shop__RoleArn", "reader")]
    [InlineData("Connectors__Braze__AllowLoopback", "yes")]
    [InlineData("Worker__ScratchPath", "scratch")]
    public void Find_WrongValue_IsNamedWithWhatIsExpected(string name, string value)
    {
        var problem = Assert.Single(Find((name, value)));

        Assert.Equal((name, $"\"{value}\""), (problem.Path, problem.Found));
    }

    [Theory]
    [InlineData("Worker__HealthPort", "8080")]
    [InlineData("Worker__Logs", "JSON")]
    [InlineData("Storage__LocalRoots", "/;/tmp")]
    [InlineData("Storage__Buckets", "")]
    [InlineData("Connectors__Braze__ApiKey", "")]
    [InlineData("Logging__LogLevel__Default", "Debug")]
    [InlineData("STORAGE_ACCOUNT", "of another program")]
    [InlineData("Worker", "of another program")]
    [InlineData("Cart__Region", "of another program")]
    public void Find_WhatMayStand_IsNoProblem(string name, string value) => Assert.Empty(Find((name, value)));

    [Fact]
    public async Task Worker_WrongSettings_ExitsWith2AndListsEveryProblemAtOnce()
    {
        await using var worker = ProgramProcess.StartWorker(new Dictionary<string, string?>
        {
            ["Worker__HealthPrt"] = "8080",
            ["Worker__Logs"] = "yaml",
            ["TEMPORAL_PROFILE"] = "nobody",
            ["TEMPORAL_CONFIG_FILE"] = "/nowhere/temporal.toml",
        });

        Assert.Equal(2, await worker.ExitAsync());
        Assert.Equal(3, worker.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(["Worker__HealthPort", "\"yaml\"", "TEMPORAL_PROFILE"], said => Assert.Contains(said, worker.Error, StringComparison.Ordinal));
        Assert.Empty(worker.Output);
    }

    private static IReadOnlyList<Problem> Find((string Name, string Value) setting) => SettingsCheck.Find(
        new ConfigurationBuilder().AddInMemoryCollection([new(setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value)]).Build());
}
