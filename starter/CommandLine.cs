using System.CommandLine;
using System.CommandLine.Parsing;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Starter;

/// <summary>Parses and runs; a wrong command line is exit code 2, with the nearest name of what was mistyped.</summary>
internal static class CommandLine
{
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(Describe(parsed, error));
            }

            await Console.Error.WriteLineAsync($"See: personalize-connectors {CommandPath(parsed)}--help");
            return ExitCodes.Usage;
        }

        // Ctrl-C is the commands' own business: a run is canceled, not killed.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = true });
    }

    private static string Describe(ParseResult parsed, ParseError error)
    {
        foreach (var token in parsed.UnmatchedTokens)
        {
            if (!error.Message.Contains(token, StringComparison.Ordinal))
            {
                continue;
            }

            var command = parsed.CommandResult.Command;
            var known = command.Options.Select(o => o.Name)
                .Concat(command.Subcommands.Select(c => c.Name))
                .Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive).Select(o => o.Name));
            return NearestName.Find(token, known) is { } nearest
                ? $"Unknown: {token}. Did you mean {nearest}?"
                : $"Unknown: {token}.";
        }

        return error.Message;
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
