using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Testing;

namespace PersonalizeConnectors.Tests.Shared;

/// <summary>
/// A real Temporal server for a test assembly: the one at TEMPORAL_ADDRESS, else the <c>temporal</c> program on PATH on a free port.
/// With neither, a test that needs one is skipped at home and fails where CI=true.
/// Tests that run on the embedded engine too take <see cref="ITemporalServer"/> and have two derivatives, one with this fixture.
/// </summary>
public sealed class TemporalServerFixture : ITemporalServer, IAsyncLifetime
{
    private WorkflowEnvironment? _environment;
    private ITemporalClient? _client;

    public ITemporalClient Client
    {
        get
        {
            if (_client is null)
            {
                const string How = "No Temporal server: set TEMPORAL_ADDRESS, or put the temporal program on PATH.";
                Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", How);
                Assert.Fail(How);
            }

            return _client;
        }
    }

    /// <summary>The program, or null.</summary>
    public static string? ProgramPath { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "temporal.exe" : "temporal"))
        .FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("TEMPORAL_ADDRESS") is { Length: > 0 } address)
        {
            _client = await TemporalClient.ConnectAsync(new(address) { DataConverter = ConnectorDataConverter.Instance });
        }
        else if (ProgramPath is not null)
        {
            _environment = await WorkflowEnvironment.StartLocalAsync(new()
            {
                DataConverter = ConnectorDataConverter.Instance,
                SearchAttributes = ConnectorSearchAttributes.All,
                DevServerOptions = new() { ExistingPath = ProgramPath, LogLevel = "error", StartupTimeout = TimeSpan.FromSeconds(30) },
            });
            _client = _environment.Client;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_environment is not null)
        {
            await _environment.ShutdownAsync();
        }
    }
}
