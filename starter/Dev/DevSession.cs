using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Starter.Completion;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Worker.Settings;

namespace PersonalizeConnectors.Starter.Dev;

/// <summary>Temporal and a worker, until they are told to stop: the worker first, so that it can still say how far it came.</summary>
internal sealed class DevSession : IAsyncDisposable
{
    private readonly DevServerPlace _place;
    private readonly DevServer _server;
    private readonly IHost _host;
    private readonly HostedWorker _worker;

    private DevSession(DevServerPlace place, DevServer server, IHost host)
    {
        _place = place;
        _server = server;
        _host = host;
        _worker = new HostedWorker(host);
    }

    private StorageOptions Storage => _host.Services.GetRequiredService<IOptions<StorageOptions>>().Value;

    /// <param name="roots">As typed; empty: those of the settings, else the current folder.</param>
    /// <exception cref="DevSettingsException">A root is not there, or a setting is wrong.</exception>
    /// <exception cref="DevServerException">Temporal cannot be had.</exception>
    public static async Task<DevSession> StartAsync(DevServerPlace place, IReadOnlyList<string> roots, CancellationToken cancellationToken)
    {
        var folders = Resolve(roots);
        var program = await TemporalProgram.FindAsync(cancellationToken);
        var server = await DevServer.StartAsync(program, place, cancellationToken);
        var host = LocalHost.CreateWorker(folders, ConnectorWorkerSettings.ForService(DevServer.Connect(place)));
        var session = new DevSession(place, server, host);
        try
        {
            await session._worker.StartAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says what is there and what to type next.</summary>
    public Task TellAsync(bool json)
    {
        var document = new DevDocument(_place.Address, DevServerPlace.Namespace, _place.WebUi, _place.Database, Storage.LocalRoots);
        var job = Storage.LocalRoots.SelectMany(root => JobFolders.Complete("", root).Select(found => Path.Join(root, found))).FirstOrDefault(f => !Path.EndsInDirectorySeparator(f));
        return Console.Out.WriteLineAsync(json
            ? Document.Of(document)
            : $"""
            Temporal at {document.Address}, namespace {document.Namespace}
            Web UI      {document.WebUi}
            History     {document.Database ?? "in memory; --db <file> keeps it"}
            Worker      takes jobs below {string.Join(", ", document.LocalRoots)} and in {(Storage.Buckets.Count > 0 ? string.Join(", ", Storage.Buckets.Select(bucket => $"s3://{bucket}")) : "any bucket")}
            Keys        {Keys()}
            For a run in another terminal:
              export TEMPORAL_ADDRESS={document.Address}
              personalize-connectors run {job ?? "<job>"}
            Ctrl-C ends all of it.
            """);
    }

    // The worker has the settings of this terminal, not those of the terminal where runs are started.
    private string Keys()
    {
        var connectors = _host.Services.GetRequiredService<IConfiguration>().GetSection("Connectors").GetChildren()
            .Where(connector => !string.IsNullOrWhiteSpace(connector["ApiKey"])).Select(connector => connector.Key).ToList();
        return connectors.Count > 0
            ? $"of {string.Join(", ", connectors)}; any other connector needs its own in SSM"
            : "none here, so from SSM; else set Connectors__<connector>__RestEndpointUrl and __ApiKey, and start dev again";
    }

    /// <summary>Until Ctrl-C, or until one of both ends by itself.</summary>
    /// <exception cref="DevServerException">Temporal ended.</exception>
    /// <exception cref="WorkerStoppedException">The worker ended.</exception>
    public async Task<int> WaitAsync(CancellationToken stopping)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        var first = await Task.WhenAny(stopped, _server.Ended, _worker.Ended);
        if (first == stopped)
        {
            Terminal.Tell("Stopping: work in flight is brought to an end.");
            return ExitCodes.Done;
        }

        if (_server.Ended.IsCompleted)
        {
            throw new DevServerException($"Temporal ended by itself. {_server.LastWords()}");
        }

        throw new WorkerStoppedException($"The worker stopped by itself{((await _worker.Ended)?.Message is { } cause ? $": {cause.TrimEnd('.')}" : "")}. Start dev again.", await _worker.Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        _host.Dispose();
        await _server.DisposeAsync();
    }

    private static IReadOnlyList<string> Resolve(IReadOnlyList<string> roots)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var problems = SettingsCheck.Find(settings);
        if (problems.Count > 0)
        {
            throw new DevSettingsException(string.Join(Environment.NewLine, problems));
        }

        var storage = new StorageOptions();
        storage.ReadFrom(settings);
        var folders = roots.Count > 0 ? [.. roots.Select(Path.GetFullPath)] : storage.LocalRoots.Count > 0 ? storage.LocalRoots : [Environment.CurrentDirectory];
        return folders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing
            ? throw new DevSettingsException($"--root: there is no folder {missing}. Give the folder that holds etl_jobs/.")
            : folders;
    }
}

/// <summary>A setting or a root is wrong; exit code 2.</summary>
internal sealed class DevSettingsException(string message) : Exception(message);

/// <summary>The document of <c>dev --json</c>, printed once everything is there; <c>docs/dev.schema.json</c>.</summary>
/// <param name="Database">File that keeps the history; null where it is in memory.</param>
internal sealed record DevDocument(string Address, string Namespace, string WebUi, string? Database, IReadOnlyList<string> LocalRoots);
