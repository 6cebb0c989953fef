using System.CommandLine;
using System.CommandLine.Completions;

namespace PersonalizeConnectors.Starter.Completion;

/// <summary>What may stand at a position of a line; the answer to the directive <c>[suggest:position]</c>.</summary>
internal static class Suggestions
{
    // Spellings for other habits, and the value that a flag may be given: they work, and nobody needs to be offered all of them.
    private static readonly string[] Unoffered = ["-?", "-h", "/?", "/h", "True", "False"];

    /// <param name="line">What is typed behind the program's name.</param>
    public static IEnumerable<string> Of(RootCommand root, string line, int position)
    {
        position = Math.Clamp(position, 0, line.Length);
        var word = line[(line.LastIndexOf(' ', Math.Max(0, position - 1)) + 1)..position];
        var labels = root.Parse(line).GetCompletions(position).Select(c => c.Label).Except(Unoffered, StringComparer.Ordinal)
            .Where(l => l.StartsWith(word, StringComparison.Ordinal)).ToList();

        // Options stand in the way of what is wanted next, unless there is nothing else or a dash asks for them.
        var others = labels.Where(l => !l.StartsWith('-')).ToList();
        return word.StartsWith('-') || others.Count == 0 ? labels : others;
    }

    /// <summary>The directive's position in the parsed command line; null where it does not stand there.</summary>
    public static int? Asked(RootCommand root, ParseResult parsed)
    {
        var directive = root.Directives.OfType<SuggestDirective>().FirstOrDefault();
        return directive is not null && parsed.GetResult(directive) is { } asked
            ? int.TryParse(asked.Values.Count > 0 ? asked.Values[0] : "", out var position) ? position : int.MaxValue
            : null;
    }
}
