using System.Diagnostics;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Runs a line as a person types it.</summary>
internal static class Shell
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line + " 2>&1"]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, output);
    }
}
