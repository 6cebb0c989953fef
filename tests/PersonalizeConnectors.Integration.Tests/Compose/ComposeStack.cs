using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary>
/// What <c>docker compose up</c> starts, without Docker: the same commands, environment, script and health checks, with free ports and a
/// bucket of the test's own in place of the names that only containers have.
/// </summary>
internal sealed class ComposeStack : IAsyncDisposable
{
    private readonly ComposeFile _file = ComposeFile.Read();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-compose-");
    private readonly Dictionary<string, string> _names;
    private readonly string _environment = $"test-{Guid.NewGuid():N}";
    private readonly string _endpoint;
    private readonly int _temporalPort = FreePort();
    private readonly int _brazePort = FreePort();
    private readonly int _healthPort = FreePort();
    private ProgramProcess? _braze;
    private bool _isMiniStack;
    private Process? _temporal;

    private ComposeStack(string endpoint)
    {
        _endpoint = endpoint;
        Bucket = $"pc-test-{Guid.NewGuid():N}";
        Events = $"{_environment}-events";
        _names = new()
        {
            ["http://aws:4566"] = endpoint,
            ["http://127.0.0.1:4566"] = endpoint,
            ["temporal:7233"] = TemporalAddress,
            ["127.0.0.1:7233"] = TemporalAddress,
            ["8585"] = _brazePort.ToString(CultureInfo.InvariantCulture),
            ["8080"] = _healthPort.ToString(CultureInfo.InvariantCulture),
            ["larkfell"] = Bucket,
            ["/prod/"] = $"/{_environment}/",
            ["=personalize-connectors-"] = $"={_environment}-",
            ["=/samples"] = $"={Path.Combine(Repository.Root, "samples")}",
            ["/home/temporal"] = _folder.FullName,
        };
    }

    public string Bucket { get; }

    /// <summary>Queue of the bucket's notifications.</summary>
    public string Events { get; }

    public string TemporalAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_temporalPort}");

    public Uri Braze => new($"http://127.0.0.1:{_brazePort}/");

    public ProgramProcess? Worker { get; private set; }

    /// <summary>Everything is healthy.</summary>
    public static async Task<ComposeStack> StartAsync(AwsFixture aws)
    {
        var program = TemporalServerFixture.ProgramPath ?? Missing("the temporal program");
        // Tests take any emulator; the compose file's health check is for the one that it starts.
        var endpoint = await aws.EndpointAsync();
        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri(endpoint + "/_ministack/health"));
        var stack = new ComposeStack(endpoint) { _isMiniStack = health.IsSuccessStatusCode };
        try
        {
            await stack.UpAsync(program);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async Task<ITemporalClient> ConnectAsync() =>
        await TemporalClient.ConnectAsync(new(TemporalAddress) { DataConverter = ConnectorDataConverter.Instance });

    /// <summary>A line of the README, typed on this machine.</summary>
    public Task<(int ExitCode, string Output)> TypeAsync(string line) => Shell.RunAsync($"TEMPORAL_ADDRESS={TemporalAddress} {There(line)}");

    /// <summary>The <c>aws</c> program at the emulator.</summary>
    public Task<(int ExitCode, string Output)> AwsAsync(string arguments) =>
        Shell.RunAsync($"AWS_DEFAULT_REGION={AwsFixture.Region} aws --endpoint-url {_endpoint} {arguments}");

    public async ValueTask DisposeAsync()
    {
        if (Worker is not null)
        {
            await Worker.DisposeAsync();
        }

        if (_braze is not null)
        {
            await _braze.DisposeAsync();
        }

        if (_temporal is not null)
        {
            _temporal.Kill();
            await _temporal.WaitForExitAsync(CancellationToken.None);
            _temporal.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task UpAsync(string temporal)
    {
        var services = _file.Services;
        _temporal = Process.Start(new ProcessStartInfo(temporal, [.. services["temporal"].Command.Select(There), "--port", $"{_temporalPort}", "--ui-port", $"{FreePort()}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _temporal.OutputDataReceived += (_, _) => { };
        _temporal.ErrorDataReceived += (_, _) => { };
        _temporal.BeginOutputReadLine();
        _temporal.BeginErrorReadLine();
        _braze = ProgramProcess.StartCommandLine(services["braze"].Command.Select(There), Environment(services["braze"]));
        await InitAsync();
        foreach (var name in services["worker"].DependsOn.Keys.Where(name => name != "aws" || _isMiniStack))
        {
            await HealthyAsync(name);
        }

        var environment = Environment(services["worker"]);
        Worker = ProgramProcess.StartWorker(environment);
        var check = Dockerfile.Read().Find("worker", "HEALTHCHECK")!;
        var line = $"Worker__HealthPort={environment["Worker__HealthPort"]}; {check[(check.IndexOf("CMD ", StringComparison.Ordinal) + 4)..]}";
        await Waiting.ForAsync(async () => (await Shell.RunAsync(line)).ExitCode == 0, "the worker");
    }

    // As the emulator's image runs it: by sh, with these variables.
    private async Task InitAsync()
    {
        var script = Path.Combine(_folder.FullName, "init.sh");
        await File.WriteAllTextAsync(script, There(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/local/aws-init/10-samples.sh"))));
        if ((await Shell.RunAsync("command -v aws")).ExitCode != 0)
        {
            Missing("the aws program");
        }

        var region = _file.Services["aws"].Environment["MINISTACK_REGION"];
        var (exitCode, output) = await Shell.RunAsync($"AWS_ENDPOINT_URL={_endpoint} AWS_DEFAULT_REGION={region} sh {script}");
        Assert.True(exitCode == 0 && output.Length == 0, output);
    }

    private Task HealthyAsync(string name)
    {
        var check = _file.Services[name].Healthcheck!.Test;
        Assert.Equal("CMD", check[0]);
        // Outside its container the interpreter has its number in its name.
        var line = string.Join(' ', check.Skip(1).Select((part, at) => at == 0 && part == "python" ? "python3" : $"'{There(part).Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return Waiting.ForAsync(async () => (await Shell.RunAsync(line)).ExitCode == 0, name);
    }

    private Dictionary<string, string?> Environment(ComposeService service)
    {
        var environment = ProgramEnvironment.Of(braze: null);
        foreach (var (name, value) in Dockerfile.Read().Environment(service.Build!.Target).Concat(service.Environment))
        {
            environment[name] = There(value);
        }

        // Parameters lie under "prod" where nothing else is said.
        environment["Ssm__Environment"] = _environment;
        environment["Connectors__Braze__RestEndpointUrl"] = null;
        environment["Connectors__Braze__ApiKey"] = null;
        return environment;
    }

    // In one go, since a free port may look like one of the file's.
    private string There(string text) => Regex.Replace(text, string.Join('|', _names.Keys.Select(Regex.Escape)), name => _names[name.Value]);

    private static string Missing(string what)
    {
        var how = $"Needs {what} on PATH.";
        Assert.SkipUnless(System.Environment.GetEnvironmentVariable("CI") is "true", how);
        Assert.Fail(how);
        throw new InvalidOperationException(how);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
