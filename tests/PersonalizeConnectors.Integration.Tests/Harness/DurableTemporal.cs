using System.Diagnostics;
using System.Globalization;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A real server with a database file, which can be stopped and started again on its port.</summary>
internal sealed class DurableTemporal : IAsyncDisposable
{
    private const int Attempts = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-temporal-");
    private readonly int _port = FreePorts.Take();
    private Process? _process;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>Skips the test at home and fails it in CI where the program is missing.</summary>
    public static void RequireProgram()
    {
        if (TemporalServerFixture.ProgramPath is null)
        {
            const string How = "Needs the temporal program on PATH: a server that can be stopped.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", How);
            Assert.Fail(How);
        }
    }

    /// <summary>Starts one; where the program is missing the test is skipped at home and fails in CI.</summary>
    public static async Task<DurableTemporal> StartAsync()
    {
        RequireProgram();

        // Between finding a free port and listening on it somebody else may take it.
        for (var attempt = 1; ; attempt++)
        {
            var server = new DurableTemporal();
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await server.DisposeAsync();
            }
        }
    }

    public async Task<ITemporalClient> ConnectAsync() =>
        await TemporalClient.ConnectAsync(new(Address) { DataConverter = ConnectorDataConverter.Instance });

    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo(TemporalServerFixture.ProgramPath!,
        [
            "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", _port.ToString(CultureInfo.InvariantCulture),
            "--db-filename", Path.Combine(_folder.FullName, "temporal.db"), "--log-level", "error",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Waiting.ForAsync(async () => _process.HasExited || await IsUpAsync(), "the Temporal server");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The Temporal server at {Address} ended at once.");
        }
    }

    /// <summary>kill -9.</summary>
    public async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            var client = await ConnectAsync();
            return await client.Connection.CheckHealthAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            return false;
        }
    }
}
