using System.Diagnostics;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>One of the product's programs as a process of its own, with what it printed.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private ProgramProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public bool HasExited => _process.HasExited;

    /// <summary>The command line.</summary>
    public static ProgramProcess StartCommandLine(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        Start("personalize-connectors", arguments, environment);

    /// <summary>The command line with the rights that the files give its user, no more: also where that is root, which otherwise may everything.</summary>
    public static ProgramProcess StartUnprivileged(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment) => Start(
        "personalize-connectors", arguments, environment,
        Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : []);

    public static ProgramProcess StartWorker(IReadOnlyDictionary<string, string?> environment) =>
        Start("personalize-connectors-worker", [], environment);

    /// <summary>Runs the command line to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        await using var process = StartCommandLine(arguments, environment);
        return (await process.ExitAsync(), process.Output, process.Error);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends what the program can read.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A signal by name: INT, TERM, STOP, CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static ProgramProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, params IReadOnlyList<string> before)
    {
        string[] line = [.. before, "dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("TEMPORAL_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var result = new ProgramProcess(new Process { StartInfo = start });
        result._process.OutputDataReceived += (_, line) => Append(result._output, line.Data);
        result._process.ErrorDataReceived += (_, line) => Append(result._error, line.Data);
        result._process.Start();
        result._process.BeginOutputReadLine();
        result._process.BeginErrorReadLine();
        return result;
    }

    private static void Append(StringBuilder target, string? line)
    {
        if (line is not null)
        {
            lock (target)
            {
                target.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder source)
    {
        lock (source)
        {
            return source.ToString();
        }
    }
}
