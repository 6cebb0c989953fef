using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Problems for a person: one paragraph each, errors first.</summary>
internal static class ProblemTable
{
    public static void Write(IReadOnlyList<Problem> problems, TextWriter target)
    {
        if (problems.Count == 0)
        {
            target.WriteLine("No problems.");
            return;
        }

        foreach (var problem in problems.OrderBy(p => p.Severity))
        {
            var place = problem.Line is { } line ? $"{problem.File}:{line}" : problem.File;
            target.WriteLine(Words.Clean($"{(problem.Severity == Severity.Error ? "error  " : "warning")} {place}{(problem.Path is null ? "" : "  " + problem.Path)}"));
            target.WriteLine($"        found:    {Words.Clean(problem.Found)}");
            target.WriteLine($"        expected: {Words.Clean(problem.Expected)}");
            if (problem.Nearest is not null)
            {
                target.WriteLine($"        nearest:  {Words.Clean(problem.Nearest)}");
            }
        }

        var errors = problems.Count(p => p.Severity == Severity.Error);
        target.WriteLine($"{Words.Counted(errors, "error")}, {Words.Counted(problems.Count - errors, "warning")}.");
    }
}
