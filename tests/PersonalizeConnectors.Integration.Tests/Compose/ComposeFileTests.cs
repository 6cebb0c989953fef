using System.Globalization;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Worker.Settings;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary><c>docker-compose.yml</c> held against what it starts; where there is no Docker, nothing else would notice a wrong name.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly ComposeFile File = ComposeFile.Read();
    private static readonly string Init = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "deploy/local/aws-init/10-samples.sh"));

    [Fact]
    public void Images_AreNamedByVersionOrBuiltHere()
    {
        Assert.Equal(["aws", "braze", "temporal", "worker"], File.Services.Keys.Order());
        foreach (var (name, service) in File.Services.Where(s => s.Value.Build is null))
        {
            Assert.True(Version().IsMatch(service.Image), $"{name}: {service.Image}");
        }

        var continuous = System.IO.File.ReadAllText(Path.Combine(Repository.Root, ".github/workflows/ci.yml"));
        Assert.Contains($"TEMPORAL_CLI_VERSION: {File.Services["temporal"].Image.Split(':')[1]}\n", continuous, StringComparison.Ordinal);
        Assert.Contains($"MINISTACK_VERSION: {File.Services["aws"].Image.Split(':')[1]}\n", continuous, StringComparison.Ordinal);
    }

    [Fact]
    public void Builds_LeadToStagesOfTheDockerfile()
    {
        var dockerfile = Dockerfile.Read();
        foreach (var build in File.Services.Values.Select(s => s.Build).OfType<ComposeBuild>())
        {
            Assert.Equal((".", "deploy/Dockerfile"), (build.Context, build.Dockerfile));
            Assert.Equal("$APP_UID", dockerfile.Find(build.Target, "USER"));
            var program = EntryPoint().Match(dockerfile.Find(build.Target, "ENTRYPOINT") ?? "").Groups[1].Value;
            Assert.True(System.IO.File.Exists(Path.Combine(AppContext.BaseDirectory, program)), $"{build.Target} starts \"{program}\".");
        }

        Assert.Equal("worker", dockerfile.Stages[^1].Name);
    }

    [Fact]
    public void Ports_ArePublishedToThisMachineAndAreThoseThatTheOthersUse()
    {
        Assert.All(File.Services.Values.SelectMany(s => s.Ports), port => Assert.Matches(@"^127\.0\.0\.1:([0-9]+):\1$", port));
        var worker = File.Services["worker"].Environment;
        AssertPublished(new Uri("tcp://" + worker["TEMPORAL_ADDRESS"]));
        AssertPublished(new Uri(worker["AWS_ENDPOINT_URL"]));

        var braze = File.Services["braze"];
        Assert.Equal("service:braze", File.Services["worker"].NetworkMode);
        Assert.Equal("0.0.0.0", braze.Option("--listen"));
        Assert.Contains($"127.0.0.1:{braze.Option("--port")}:{braze.Option("--port")}", braze.Ports);
        Assert.Contains($"parameter rest-endpoint-url String http://127.0.0.1:{braze.Option("--port")}\n", Init, StringComparison.Ordinal);
        Assert.Contains($"parameter api-key SecureString {braze.Option("--api-key")}\n", Init, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_OfTheWorker_AreSettingsThatItReads()
    {
        var worker = File.Services["worker"].Environment;
        string[] others = ["TEMPORAL_ADDRESS", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

        Assert.All(worker.Keys.Except(others), name => Assert.NotNull(KnownSettings.Find(name)));
        Assert.Contains($"bucket={worker["Storage__Buckets"]}\n", Init, StringComparison.Ordinal);
        Assert.Equal(File.Services["aws"].Environment["MINISTACK_REGION"], worker["AWS_REGION"]);
        Assert.Empty(File.Services["braze"].Environment);
    }

    [Fact]
    public void Worker_ImageIsAskedForItsHealthOnThePortThatItHas()
    {
        var dockerfile = Dockerfile.Read();
        var settings = dockerfile.Environment("worker");

        Assert.All(settings.Keys, name => Assert.NotNull(KnownSettings.Find(name)));
        Assert.Equal(settings["Worker__HealthPort"], dockerfile.Find("worker", "EXPOSE"));
        Assert.EndsWith("http://127.0.0.1:$Worker__HealthPort/health/ready\"", dockerfile.Find("worker", "HEALTHCHECK"), StringComparison.Ordinal);
        Assert.Empty(dockerfile.Environment("cli"));
    }

    [Fact]
    public void Temporal_RegistersTheSearchAttributes()
    {
        var command = File.Services["temporal"].Command;
        var registered = command.Index().Where(part => part.Index > 0 && command[part.Index - 1] == "--search-attribute").Select(part => part.Item);

        Assert.Equal(ConnectorSearchAttributes.All.Select(a => $"{a.Name}={a.ValueType}"), registered);
    }

    [Fact]
    public void Volumes_AreThereAndReadOnly()
    {
        foreach (var volume in File.Services.Values.SelectMany(s => s.Volumes).Select(v => v.Split(':')))
        {
            if (File.Volumes.ContainsKey(volume[0]))
            {
                continue;
            }

            Assert.Equal("ro", volume[2]);
            Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(Repository.Root, volume[0])));
        }

        Assert.Contains("./samples:" + Samples().Match(Init).Groups[1].Value + ":ro", File.Services["aws"].Volumes);
        Assert.All(Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy/local/aws-init")), script => Assert.EndsWith(".sh", script, StringComparison.Ordinal));
    }

    [Fact]
    public void Worker_StartsWhenTheOthersAnswerAndHasTheTimeToSettle()
    {
        var worker = File.Services["worker"];
        Assert.Equal(["aws", "braze", "temporal"], worker.DependsOn.Keys.Order());
        Assert.All(worker.DependsOn, other => Assert.Equal(("condition", "service_healthy"), (other.Value.Single().Key, other.Value.Single().Value)));
        Assert.All(worker.DependsOn.Keys, name => Assert.NotNull(File.Services[name].Healthcheck));
        var grace = TimeSpan.FromSeconds(int.Parse(worker.StopGracePeriod!.TrimEnd('s'), CultureInfo.InvariantCulture));
        Assert.InRange(grace, ConnectorWorkerServiceCollectionExtensions.HostShutdown + TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private static void AssertPublished(Uri address) =>
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{address.Port}:{address.Port}"), File.Services[address.Host].Ports);

    [GeneratedRegex(@"^[a-z]+/[a-z]+:[0-9]+\.[0-9]+\.[0-9]+$")]
    private static partial Regex Version();

    [GeneratedRegex("""^\["dotnet", "([^"]+)"\]$""")]
    private static partial Regex EntryPoint();

    [GeneratedRegex("^samples=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Samples();
}
