using System.Diagnostics;

namespace PersonalizeConnectors.Activities.Tests.Processes;

/// <summary>This test program started again in a role: a real process of its own, to share a disk with and to kill.</summary>
internal sealed class ChildProcess : IDisposable
{
    public const string RoleVariable = "PERSONALIZE_CONNECTORS_TEST_ROLE";
    private const string Ready = "child: ready";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts the role and returns when it says that it is ready.</summary>
    public static async Task<ChildProcess> StartAsync(string role, params string[] arguments)
    {
        var assembly = typeof(ChildProcess).Assembly.GetName().Name!;
        var program = Path.Join(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? assembly + ".exe" : assembly);
        var process = Process.Start(new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [RoleVariable] = string.Join('\n', [role, .. arguments]) },
        })!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line == Ready)
            {
                return new ChildProcess(process);
            }
        }

        throw new InvalidOperationException($"The child process \"{role}\" ended before it was ready.");
    }

    /// <summary>Called in the child: tells the parent, and waits for its word.</summary>
    public static async Task WaitForParentAsync()
    {
        await using (var output = new StreamWriter(Console.OpenStandardOutput()))
        {
            await output.WriteLineAsync(Ready);
        }

        using var input = new StreamReader(Console.OpenStandardInput());
        await input.ReadLineAsync();
    }

    /// <summary>Lets the role go on.</summary>
    public void Go()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>As kill -9 does it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
