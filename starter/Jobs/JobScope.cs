using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Jobs;

/// <summary>A job opened at its store, for commands that read it without a run.</summary>
internal sealed class JobScope : IDisposable
{
    private readonly IHost _host;

    private JobScope(IHost host, JobLocation location)
    {
        _host = host;
        Location = location;
    }

    public JobLocation Location { get; }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="jobPath">As <see cref="RunRequest.Resolve"/> gives it.</param>
    /// <exception cref="Activities.Failures.ConnectorException">No job is there.</exception>
    public static JobScope Open(string jobPath)
    {
        var host = LocalHost.Create(jobPath);
        try
        {
            return new(host, host.Services.GetRequiredService<IJobLocator>().Open(jobPath));
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public void Dispose() => _host.Dispose();
}
