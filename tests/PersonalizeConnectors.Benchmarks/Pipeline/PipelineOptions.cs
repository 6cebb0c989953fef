using System.Globalization;
using PersonalizeConnectors.Benchmarks.Data;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>Options of <c>pipeline</c>; see <see cref="Usage"/>.</summary>
/// <param name="Results">Folder for the table, below it one of the processor's name; null: only printed.</param>
/// <param name="Only">Contestants that run; empty for all.</param>
/// <param name="Folder">Where data and outputs stand while it runs; removed at the end.</param>
internal sealed record PipelineOptions(JobSize Size, string? Results, IReadOnlyList<string> Only, string Folder)
{
    public const string Usage =
        "pipeline [--users 200000] [--recommendations 25] [--items 100000] [--catalog plain|texty] [--seed 1] [--only program,naive,duckdb] "
        + "[--folder dir] [--results dir]";

    public static PipelineOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count)
            {
                throw new ArgumentException($"\"{arguments[i]}\" is not an option with a value. {Usage}");
            }

            values[arguments[i][2..]] = arguments[i + 1];
        }

        var options = new PipelineOptions(
            new JobSize(
                Number(Take("users"), 200_000), (int)Number(Take("recommendations"), 25), Number(Take("items"), 100_000),
                IsTexty(Take("catalog")), (ulong)Number(Take("seed"), 1)),
            Take("results"),
            Take("only")?.Split(',') ?? [],
            Take("folder") ?? Path.GetTempPath());
        return values.Count == 0 ? options : throw new ArgumentException($"--{values.Keys.First()} is unknown. {Usage}");

        string? Take(string name) => values.Remove(name, out var value) ? value : null;
    }

    /// <summary>All contestants, printed alone.</summary>
    public static PipelineOptions Of(JobSize size) => new(size, Results: null, Only: [], Path.GetTempPath());

    public bool Includes(string contestant) => Only.Count == 0 || Only.Contains(contestant);

    private static bool IsTexty(string? catalog) => catalog switch
    {
        null or "plain" => false,
        "texty" => true,
        _ => throw new ArgumentException($"--catalog {catalog} is unknown. {Usage}"),
    };

    private static long Number(string? text, long usual) => text is null ? usual : long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
}
