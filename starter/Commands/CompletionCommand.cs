using System.CommandLine;
using System.CommandLine.Completions;
using PersonalizeConnectors.Starter.Completion;
using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>completion</c>: what a shell needs to complete this program's commands.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", ShellScripts.Shells) + "." };
        var json = CommonOptions.Json();
        shell.CompletionSources.Add(_ => ShellScripts.Shells.Select(s => new CompletionItem(s)));
        shell.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && CommonOptions.Refuse("The shell", result.Tokens[0].Value, ShellScripts.Shells) is { } problem)
            {
                result.AddError(problem);
            }
        });
        var command = new Command(
            "completion",
            """
            Prints a script that completes commands, options, job folders and run ids in a shell. The script says where it goes.

            Example: source <(personalize-connectors completion bash)
            """)
        {
            shell, json,
        };
        command.SetAction(async parsed =>
        {
            var name = parsed.GetRequiredValue(shell);
            var script = ShellScripts.Of(name);
            await Console.Out.WriteLineAsync(parsed.GetValue(json) ? Document.Of(new CompletionDocument(name, script)) : script);
            return ExitCodes.Done;
        });
        return command;
    }
}

/// <summary><c>docs/completion.schema.json</c>.</summary>
internal sealed record CompletionDocument(string Shell, string Script);
