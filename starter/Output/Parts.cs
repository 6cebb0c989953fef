using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>How the parts of a plan and of the demo look.</summary>
internal static class Parts
{
    public static void Title(IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Text(text + "\n", new Style(decoration: Decoration.Bold)));
    }

    /// <summary>One line as it is: a path that is broken in two cannot be copied.</summary>
    public static void Plain(IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(Words.Clean(line));

    /// <summary>A sentence with a dash before it; its further lines stand below its beginning.</summary>
    public static void Item(IAnsiConsole console, string text)
    {
        var grid = new Grid().AddColumn(new GridColumn { Padding = new Padding(0, 0, 1, 0), NoWrap = true }).AddColumn(new GridColumn { Padding = new Padding(0) });
        console.Write(grid.AddRow(new Text("-"), new Text(Words.Clean(text))));
    }

    public static Table Grid(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        table.ShowHeaders = columns.Any(name => name.Length > 0);
        foreach (var name in columns)
        {
            table.AddColumn(new TableColumn(new Text(name, Grey)) { Padding = new Padding(0, 0, 3, 0) });
        }

        return table;
    }

    public static Style Grey { get; } = new(Color.Grey);

    public static IRenderable Remark(string text) => new Text(text, Grey);

    public static string Number(long? count) => count is { } number ? Words.Number(number) : "";
}
