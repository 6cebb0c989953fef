using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>The <c>temporal</c> program on PATH as a server for one run: in memory, on a free port, gone with this process.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private const string Program = "temporal";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;

    private LocalServer(Process process, string address, ITemporalClient client)
    {
        _process = process;
        Address = address;
        Client = client;
    }

    public string Address { get; }

    public ITemporalClient Client { get; }

    /// <summary>True once the server is gone, however it went.</summary>
    public bool HasEnded => _process.HasExited;

    public static async Task<LocalServer> StartAsync(CancellationToken cancellationToken)
    {
        var program = Find() ?? throw new TemporalUnreachableException(
            "No Temporal address is configured and the program \"temporal\" is not on PATH. Set TEMPORAL_ADDRESS, or install the Temporal CLI.");
        var port = FreePort();
        var process = Process.Start(Command(program, port)) ?? throw new TemporalUnreachableException($"{program} did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        try
        {
            return new(process, address, await ConnectAsync(process, address, cancellationToken));
        }
        catch
        {
            End(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The watching shell ends with its input; while it lives, it is not the end.
        _process.StandardInput.Close();
        End(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo Command(string program, int port)
    {
        string[] server =
        [
            "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--log-level", "error",
            .. ConnectorSearchAttributes.All.SelectMany(a => new[] { "--search-attribute", $"{a.Name}={a.Type}" }),
        ];
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = program;
            AddAll(server);
        }
        else
        {
            // A second shell waits for the end of the input, which comes however this process ends: a killed run leaves no server behind.
            // The first one ends with the server.
            start.FileName = "/bin/sh";
            AddAll(["-c", "exec 3<&0; \"$@\" < /dev/null & child=$!; (cat <&3; kill -9 $child) > /dev/null 2>&1 & exec 3<&-; wait $child", "sh", program, .. server]);
        }

        return start;

        void AddAll(string[] arguments)
        {
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }
        }
    }

    private static async Task<ITemporalClient> ConnectAsync(Process process, string address, CancellationToken cancellationToken)
    {
        var connect = ConnectorWorkerServiceCollectionExtensions.WithConverter(new TemporalClientConnectOptions(address) { Runtime = CoreLogs.Runtime });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        while (true)
        {
            try
            {
                return await TemporalClient.ConnectAsync(connect).WaitAsync(patience.Token);
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (process.HasExited || patience.IsCancellationRequested)
                {
                    throw new TemporalUnreachableException($"The Temporal server started for this run did not come up at {address}.", e);
                }
            }

            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? Program + ".exe" : Program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
