using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Worker.Service;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Dev;

/// <summary>A Temporal service with its Web UI on 127.0.0.1, as a child process that never outlives this one.</summary>
internal sealed class DevServer : IAsyncDisposable
{
    private const int KeptLines = 20;

    // The first start on a new database file makes its tables; a busy machine takes its time for it.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    // The shell ends the server when its standard input ends, which it does with this process, however that dies. Ctrl-C at a terminal is meant for this
    // process alone: the server is to be there until the worker has told it how far it came.
    private const string Leash = """
        exec 3<&0 </dev/null
        trap '' INT HUP
        "$@" 3<&- & server=$!
        { cat <&3; kill "$server"; } >/dev/null 2>&1 &
        exec 3<&-
        wait "$server"
        """;

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private DevServer(DevServerPlace place, Process process)
    {
        _process = process;
        Client = TemporalClient.CreateLazy(Connect(place));
    }

    public ITemporalClient Client { get; }

    /// <summary>Ends with the server.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>How to reach it, for clients and workers.</summary>
    public static TemporalClientConnectOptions Connect(DevServerPlace place) => ConnectorWorkerServiceCollectionExtensions.WithConverter(
        new TemporalClientConnectOptions(place.Address) { Namespace = DevServerPlace.Namespace, Runtime = Temporal.CoreLogs.Runtime });

    /// <summary>Starts it, and waits until it answers and has our search attributes.</summary>
    /// <exception cref="DevServerException">A port is taken, or it does not start.</exception>
    public static async Task<DevServer> StartAsync(string program, DevServerPlace place, CancellationToken cancellationToken)
    {
        RequirePort(place.Port, "--port");
        RequirePort(place.UiPort, "--ui-port");
        var server = new DevServer(place, new Process { StartInfo = StartInfo(program, place) });
        try
        {
            server.Run();
            await server.WaitAsync(cancellationToken);
            await server.RegisterAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it said last, for whoever is told that it ended.</summary>
    public string LastWords()
    {
        lock (_said)
        {
            return string.Join(Environment.NewLine, _said);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.StandardInput.Close();
            await Ended.WaitAsync(StopPatience);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It never started.
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string program, DevServerPlace place)
    {
        string[] server =
        [
            program, "server", "start-dev", "--ip", "127.0.0.1", "--port", Text(place.Port), "--ui-port", Text(place.UiPort),
            "--namespace", DevServerPlace.Namespace, "--log-level", "error",
            .. place.Database is { } file ? new[] { "--db-filename", file } : [],
        ];

        // A session of its own, where the system has a program for it.
        string[] line = OperatingSystem.IsWindows() ? server : ["sh", "-c", Leash, "sh", .. TemporalProgram.OnPath("setsid") is { } setsid ? [setsid] : Array.Empty<string>(), .. server];
        return new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static void RequirePort(int port, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new DevServerException($"Port {port} cannot be had ({e.Message.TrimEnd('.')}): another \"dev\" may run, or another Temporal. Give another with {option}.", e);
        }
    }

    private void Run()
    {
        // Its lines are for whoever looks for the cause where it ends.
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Ended = _process.WaitForExitAsync(CancellationToken.None);
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                _said.Enqueue(line);
            }

            if (_said.Count > KeptLines)
            {
                _said.Dequeue();
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        ServiceTrouble? trouble = null;
        try
        {
            while ((trouble = await ServiceTrouble.FindAsync(Client, patience.Token)) is not null)
            {
                if (_process.HasExited)
                {
                    await Ended; // Everything it said is read then.
                    throw new DevServerException($"Temporal did not start: {LastWords()}");
                }

                await Task.Delay(Between, TimeProvider.System, patience.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DevServerException($"Temporal did not answer within {StartPatience.TotalSeconds:0} seconds. {trouble?.Sentence} {LastWords()}", e);
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        var known = (await ListAsync()).CustomAttributes;
        var request = new AddSearchAttributesRequest { Namespace = DevServerPlace.Namespace };
        foreach (var attribute in ConnectorSearchAttributes.All.Where(a => !known.ContainsKey(a.Name)))
        {
            request.SearchAttributes[attribute.Name] = attribute.ValueType;
        }

        if (request.SearchAttributes.Count == 0)
        {
            return;
        }

        await Client.OperatorService.AddSearchAttributesAsync(request, rpc);
        while (!request.SearchAttributes.Keys.All((await ListAsync()).CustomAttributes.ContainsKey))
        {
            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }

        Task<ListSearchAttributesResponse> ListAsync() =>
            Client.OperatorService.ListSearchAttributesAsync(new ListSearchAttributesRequest { Namespace = DevServerPlace.Namespace }, rpc);
    }
}

/// <param name="Database">File that keeps the history; null: in memory.</param>
internal sealed record DevServerPlace(int Port, int UiPort, string? Database)
{
    public const string Namespace = "default";

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string WebUi => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{UiPort}");
}

/// <summary>The Temporal of <c>dev</c> cannot be had; the message says why and what to do.</summary>
internal sealed class DevServerException(string message, Exception? cause = null) : Exception(message, cause);
