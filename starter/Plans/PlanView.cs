using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Output;
using Spectre.Console;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>A plan for a person: first what would stop the run, then inputs beside the last run's, then each connector.</summary>
internal static class PlanView
{
    public static void Write(PlanDocument plan)
    {
        if (plan.Status is PlanStatus.Refused)
        {
            ProblemTable.Write(plan.Problems, Console.Out);
            return;
        }

        if (plan.Status is PlanStatus.Failed)
        {
            Terminal.Tell(Words.CleanLines(plan.Reason ?? ""));
            return;
        }

        if (!Console.IsOutputRedirected)
        {
            // The progress stands above it.
            Console.Out.WriteLine();
        }

        Terminal.Write(console => Write(console, plan));
    }

    private static void Write(IAnsiConsole console, PlanDocument plan)
    {
        Head(console, plan);
        PlanInputsView.Write(console, plan);
        foreach (var (name, delivery) in plan.Connectors)
        {
            PlanDeliveryView.Write(console, name, delivery, plan.LastRun);
        }

        // Shortened lists are counted by users above; validate counts lines.
        var isCollapsed = plan.Connectors.Values.Any(d => d.CollapsedUsers > 0);
        var warnings = plan.Problems
            .Where(p => p.Severity == Severity.Warning && !(isCollapsed && p.Path?.EndsWith(".attributeShape", StringComparison.Ordinal) == true))
            .ToList();
        if (warnings.Count > 0)
        {
            Parts.Title(console, "Warnings");
            foreach (var warning in warnings)
            {
                Parts.Item(console, warning.ToString());
            }
        }
    }

    private static void Head(IAnsiConsole console, PlanDocument plan)
    {
        var (text, color) = plan.Status switch
        {
            PlanStatus.Stops => ("Run would stop: " + Words.Clean(plan.Reason ?? ""), Color.Red),
            PlanStatus.NothingToDo => ("Nothing to do: a run would find nothing that changed.", Color.Green),
            _ => ("A run would do this.", Color.Green),
        };
        console.Write(new Text(text + "\n", new Style(color, decoration: Decoration.Bold)));
        console.Write(new Text("Nothing was written or sent.\n", new Style(Color.Grey)));
        Parts.Plain(console, plan.JobPath + Options(plan.Request));
    }

    private static string Options(PlanOptions options)
    {
        string[] given =
        [
            options.FullResync ? "--full-resync" : "",
            options.Users is { } users ? "--users " + string.Join(',', users) : "",
            options.Limit is { } limit ? "--limit " + Parts.Number(limit) : "",
            options.OverrideGuards ? "--override-guards" : "",
        ];
        return string.Concat(given.Where(option => option.Length > 0).Select(option => "  " + option));
    }
}
