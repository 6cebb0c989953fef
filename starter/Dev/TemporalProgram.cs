using PersonalizeConnectors.Starter.Output;
using Temporalio.Client;
using Temporalio.Testing;

namespace PersonalizeConnectors.Starter.Dev;

/// <summary>The <c>temporal</c> program: the one on PATH, else the SDK's own download, which is kept.</summary>
internal static class TemporalProgram
{
    private static readonly TimeSpan Download = TimeSpan.FromMinutes(5);

    // Below the user's own folder: from the temporary one, where the SDK would put it, others could have it replaced.
    private static string Folder => Path.Join(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "personalize-connectors");

    private static string Downloaded => Path.Join(
        Folder, $"temporal-sdk-dotnet-{typeof(TemporalClient).Assembly.GetName().Version}{(OperatingSystem.IsWindows() ? ".exe" : "")}");

    /// <returns>Its path.</returns>
    /// <exception cref="DevServerException">It is not there, and cannot be downloaded.</exception>
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (OnPath("temporal") is { } installed)
        {
            return installed;
        }

        if (!File.Exists(Downloaded))
        {
            Terminal.Tell($"The program \"temporal\" is not on PATH; it is downloaded, once, to {Folder}.");
            await DownloadAsync(cancellationToken);
        }

        return Downloaded;
    }

    /// <summary>A program's path, or null.</summary>
    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Join(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);

    // The SDK downloads only what it then starts, and writes what that prints to standard output, where one document is promised: so it is started
    // with an option that it refuses.
    private static async Task DownloadAsync(CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            Directory.CreateDirectory(Folder);
            await WorkflowEnvironment.StartLocalAsync(new()
            {
                DownloadDirectory = Folder,
                DevServerOptions = new() { ExtraArgs = ["--nothing-to-start"], StartupTimeout = TimeSpan.FromSeconds(1) },
            }).WaitAsync(Download, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cause = e;
        }

        if (!File.Exists(Downloaded))
        {
            throw new DevServerException(
                $"The program \"temporal\" is not on PATH and cannot be downloaded ({cause?.Message.TrimEnd('.')}). Install it: https://docs.temporal.io/cli/setup-cli", cause);
        }
    }
}
