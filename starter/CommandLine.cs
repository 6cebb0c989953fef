using System.CommandLine;
using System.CommandLine.Parsing;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Completion;
using PersonalizeConnectors.Starter.Jobs;

namespace PersonalizeConnectors.Starter;

/// <summary>Parses and runs; a wrong command line is exit code 2, with the nearest name of what was mistyped.</summary>
internal static class CommandLine
{
    // "@daily" is a time, not a file of further arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args, Parsing);
        if (Suggestions.Asked(root, parsed) is { } position)
        {
            foreach (var suggestion in Suggestions.Of(root, args.Length > 1 ? args[^1] : "", position))
            {
                await Console.Out.WriteLineAsync(suggestion);
            }

            return ExitCodes.Done;
        }

        var problems = Problems(parsed);
        if (problems.Count > 0)
        {
            problems.Add($"See: personalize-connectors {CommandPath(parsed.CommandResult)}--help");
            return await CommandEnd.FailAsync(args.Contains("--json", StringComparer.Ordinal), ExitCodes.Usage, string.Join(Environment.NewLine, problems));
        }

        // Ctrl-C is the commands' own business: a run is canceled, not killed.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = true });
    }

    private static List<string> Problems(ParseResult parsed)
    {
        // A mistyped option fills an argument that is free, and what belongs there is then one too many: only the option is worth telling.
        var misplaced = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        var mistyped = misplaced.Concat(parsed.UnmatchedTokens).Where(t => t.StartsWith('-') && t.Length > 1 && !IsLiteral(parsed, t)).ToList();
        return mistyped.Count > 0 ? mistyped.ConvertAll(t => Unknown(parsed, t))
            : parsed.UnmatchedTokens.Count > 0 ? [Unknown(parsed, parsed.UnmatchedTokens[0])]
            : [.. parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal)];
    }

    // Behind "--" everything is meant as it stands.
    private static bool IsLiteral(ParseResult parsed, string value)
    {
        var tokens = parsed.Tokens.ToList();
        var end = tokens.FindIndex(t => t.Type == TokenType.DoubleDash);
        return end >= 0 && tokens.FindIndex(t => t.Value == value) > end;
    }

    private static string Unknown(ParseResult parsed, string token)
    {
        var command = parsed.CommandResult.Command;
        var known = token.StartsWith('-')
            ? [.. command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Select(o => o.Name).Distinct(StringComparer.Ordinal)]
            : command.Subcommands.Select(c => c.Name).ToList();
        return NearestName.Find(token.Split('=', ':')[0], known) is { } nearest ? $"Unknown: {token}. Did you mean {nearest}?"
            : known.Count > 0 ? $"Unknown: {token}. Known here: {string.Join(", ", known)}."
            : $"Unknown: {token}. Nothing more is expected here.";
    }

    private static string CommandPath(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{CommandPath(parent)}{result.Command.Name} " : "";
}
