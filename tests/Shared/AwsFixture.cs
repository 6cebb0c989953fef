using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace PersonalizeConnectors.Tests.Shared;

/// <summary>
/// S3, SQS and SSM for a test assembly: the emulator at AWS_ENDPOINT_URL, else <c>ministack</c>, <c>moto_server</c> or <c>aws-emulator</c> from PATH, started
/// by the first test that asks. With none, such a test is skipped at home and fails where CI=true.
/// </summary>
public sealed class AwsFixture : IAsyncLifetime
{
    public const string Region = "us-east-1";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private string? _endpoint;
    private Process? _process;

    /// <summary>The emulator takes any key; without one the SDK would look for the metadata service of a cloud machine.</summary>
    [ModuleInitializer]
    internal static void SetCredentials()
    {
        foreach (var (name, value) in new[] { ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_EC2_METADATA_DISABLED", "true") })
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The emulator's address, without a trailing slash.</summary>
    public async Task<string> EndpointAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _endpoint ??= await FindAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A client beside the code under test, to prepare and to look.</summary>
    public async Task<AmazonS3Client> S3Async() => new(new BasicAWSCredentials("test", "test"), new AmazonS3Config
    {
        ServiceURL = await EndpointAsync(),
        ForcePathStyle = true,
        AuthenticationRegion = Region,
    });

    public async Task<AmazonSimpleSystemsManagementClient> SsmAsync() => new(
        new BasicAWSCredentials("test", "test"),
        new AmazonSimpleSystemsManagementConfig { ServiceURL = await EndpointAsync(), AuthenticationRegion = Region });

    public async Task<AmazonSQSClient> SqsAsync() => new(
        new BasicAWSCredentials("test", "test"), new AmazonSQSConfig { ServiceURL = await EndpointAsync(), AuthenticationRegion = Region });

    /// <summary>A new empty queue with a dead letter queue, or with none where <paramref name="maxReceives"/> is null.</summary>
    /// <returns>The addresses of both.</returns>
    public async Task<(string Url, string? DeadLetters)> CreateQueueAsync(int? maxReceives = null, bool isFifo = false, Dictionary<string, string>? attributes = null)
    {
        using var sqs = await SqsAsync();
        var name = $"pc-test-{Guid.NewGuid():N}";
        var ending = isFifo ? ".fifo" : "";
        var own = new Dictionary<string, string>(attributes ?? []);
        string? deadLetters = null;
        if (isFifo)
        {
            own["FifoQueue"] = "true";
        }

        if (maxReceives is { } most)
        {
            deadLetters = (await sqs.CreateQueueAsync(new CreateQueueRequest(name + "-dlq" + ending)
            {
                Attributes = isFifo ? new() { ["FifoQueue"] = "true" } : null,
            })).QueueUrl;
            var arn = (await sqs.GetQueueAttributesAsync(deadLetters, ["QueueArn"])).QueueARN;
            own["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":{{most}}}""";
        }

        return ((await sqs.CreateQueueAsync(new CreateQueueRequest(name + ending) { Attributes = own })).QueueUrl, deadLetters);
    }

    /// <summary>A new empty bucket.</summary>
    public async Task<string> CreateBucketAsync()
    {
        using var s3 = await S3Async();
        var bucket = $"pc-test-{Guid.NewGuid():N}";
        await s3.PutBucketAsync(bucket);
        return bucket;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _starting.Dispose();
    }

    private async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 } address)
        {
            return address.TrimEnd('/');
        }

        var programs = new[] { "ministack", "moto_server", "aws-emulator" }.Select(name => (Name: name, Path: OnPath(name)));
        if (programs.FirstOrDefault(program => program.Path is not null) is not { Path: { } path } found)
        {
            const string How = "No AWS emulator: \"docker compose up aws\" and set AWS_ENDPOINT_URL=http://localhost:4566, or put ministack or moto_server on PATH.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", How);
            Assert.Fail(How);
            throw new InvalidOperationException(How);
        }

        return await StartAsync(found.Name, path);
    }

    private async Task<string> StartAsync(string name, string path)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true };
        var number = port.ToString(CultureInfo.InvariantCulture);
        foreach (var argument in name switch { "moto_server" => ["-H", "127.0.0.1", "-p", number], "aws-emulator" => new[] { number }, _ => [] })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GATEWAY_PORT"] = number;
        start.Environment["BIND_HOST"] = "127.0.0.1";
        start.Environment["IOT_MTLS_ENABLED"] = "0";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var endpoint = $"http://127.0.0.1:{number}";
        await WaitAsync(new Uri(endpoint + (name == "moto_server" ? "/moto-api/data.json" : "/_ministack/ready")));
        return endpoint;
    }

    private async Task WaitAsync(Uri ready)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                using var answer = await http.GetAsync(ready);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It is not up yet.
            }

            Assert.False(_process!.HasExited, "The AWS emulator ended at once.");
            Assert.True(watch.Elapsed < StartPatience, $"The AWS emulator was not ready within {StartPatience}.");
        }
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, System.OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
