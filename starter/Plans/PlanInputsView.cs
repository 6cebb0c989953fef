using System.Globalization;
using PersonalizeConnectors.Starter.Output;
using Spectre.Console;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>The inputs, and what differs from those of the last run.</summary>
internal static class PlanInputsView
{
    public static void Write(IAnsiConsole console, PlanDocument plan)
    {
        var last = plan.LastRun;
        Parts.Title(console, "Inputs");
        if (last is not null)
        {
            console.Write(new Text(
                string.Create(CultureInfo.InvariantCulture, $"beside the last run {last.RunId}: {Words.Status(last.Status)}\n"), Parts.Grey));
        }

        if (plan.Input is { } input)
        {
            Parts.Plain(console, $"batch output    {input.BatchOutput}");
            if (last is not null)
            {
                Parts.Plain(console, $"                {BatchOutputRemark(last)}");
                Parts.Plain(console, $"configuration   {ConfigurationRemark(last)}");
            }

            console.WriteLine();
        }

        var table = last is null ? Parts.Grid("", "") : Parts.Grid("", "this plan", "last run", "difference");
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        Row("lines of batch output", plan.Lines?.Read, last?.Lines.Read);
        Row("  results", plan.Lines?.Results, last?.Lines.Results);
        Row("  errors", plan.Lines?.Errors, last?.Lines.Errors);
        Row("  malformed", plan.Lines?.Malformed, last?.Lines.Malformed, onlyWhereAny: true);
        Row("users in the mapping", plan.Mapping?.Users, last?.Mapping?.Users);
        Row("items in the catalog", plan.Catalog?.Items, last?.Catalog?.Items);
        Row("  recommended, not in it", plan.Catalog?.UnknownItems, last?.Catalog?.UnknownItems, onlyWhereAny: true);
        console.Write(table);

        void Row(string name, long? now, long? then, bool onlyWhereAny = false)
        {
            if ((now ?? then) is null || (onlyWhereAny && now is null or 0 && then is null or 0))
            {
                return;
            }

            string[] cells = last is null
                ? [name, Parts.Number(now)]
                : [name, Parts.Number(now), Parts.Number(then), Difference(now, then)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }
    }

    private static string Difference(long? now, long? then) => (now - then) switch
    {
        null or 0 => "",
        > 0 and var more => "+" + Parts.Number(more),
        var less => Parts.Number(less),
    };

    private static string BatchOutputRemark(LastRun last) => last.SameBatchOutput switch
    {
        true => "as in the last run",
        false => $"the last run had {last.Input!.BatchOutput}",
        null => "the last run's report does not name its own",
    };

    private static string ConfigurationRemark(LastRun last) => last.SameConfiguration switch
    {
        true => "as in the last run",
        false => "changed since the last run",
        null => "the last run's report does not say what it had",
    };
}
