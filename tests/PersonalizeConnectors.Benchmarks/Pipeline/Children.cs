namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>Contestants that this program holds, each run as a process of its own: <c>child &lt;name&gt; …</c>.</summary>
internal static class Children
{
    public const string Verb = "child";

    public static int Run(string[] arguments) => arguments switch
    {
        ["floor", var output, var target, .. var inputs] => Floor.Run(output, target, inputs),
        ["naive", var batch, var catalog, var target] => NaiveScript.Run(batch, catalog, target),
        ["duckdb", var batch, var catalog, var target] => DuckDbRun.Run(batch, catalog, target),
        _ => throw new ArgumentException($"No contestant: {string.Join(' ', arguments)}"),
    };

    /// <summary>Starts one.</summary>
    public static Task<ProcessCost> StartAsync(params string[] arguments) =>
        MeasuredProcess.RunAsync(Environment.ProcessPath!, [Verb, .. arguments]);
}
