using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Standard output and standard error: coloured and as wide as the terminal for a person, plain and never wrapped for a pipe.</summary>
internal static class Terminal
{
    // Nobody sees a pipe's width, and a wrapped line cannot be searched.
    private const int PipeWidth = 4000;

    /// <summary>Where progress is shown.</summary>
    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>True where a picture on standard error may move.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && Error.Profile.Capabilities.Ansi;

    /// <summary>Sentences on standard error, broken between words where a person reads them.</summary>
    public static void Tell(string text)
    {
        if (IsLive)
        {
            Error.Write(new Text(text + Environment.NewLine));
        }
        else
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Writes to standard output.</summary>
    public static void Write(params IEnumerable<IRenderable> content) => Write(console => console.Write(new Rows(content)));

    /// <summary>Writes to standard output.</summary>
    public static void Write(Action<IAnsiConsole> content)
    {
        if (Console.IsOutputRedirected)
        {
            Console.Out.Write(Plain(content));
            return;
        }

        content(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) }));
    }

    /// <summary>What a pipe gets: no escapes, no blanks at line ends.</summary>
    public static string Plain(params IEnumerable<IRenderable> content) => Plain(console => console.Write(new Rows(content)));

    private static string Plain(Action<IAnsiConsole> content)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = PipeWidth;
        content(console);
        return string.Join(Environment.NewLine, text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
