using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.History;

/// <summary>Finds the run that a person means: nothing is the newest one, a unique beginning is enough.</summary>
internal static class RunFinder
{
    private const int MostNamed = 5;

    /// <param name="runs">Newest first.</param>
    /// <exception cref="ConnectorException"><c>InvalidInput</c>: no such run, or several.</exception>
    public static string Find(IReadOnlyList<string> runs, string? given, string jobPath)
    {
        if (runs.Count == 0)
        {
            throw Unknown($"{jobPath} has no run yet. Start one: personalize-connectors run {jobPath}");
        }

        if (given is null)
        {
            return runs[0];
        }

        var matches = runs.Where(r => r.StartsWith(given, StringComparison.OrdinalIgnoreCase)).ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw Unknown(
                $"{jobPath} has no run \"{given}\". "
                + (Nearest(runs, given) is { } nearest ? $"Did you mean {nearest}?" : $"The newest is {runs[0]}; \"runs\" lists them all.")),
            _ => throw Unknown(
                $"\"{given}\" begins the ids of {matches.Count} runs: {string.Join(", ", matches.Take(MostNamed))}{(matches.Count > MostNamed ? ", …" : "")}. Give more of it."),
        };
    }

    // What was typed is compared with as much of an id as was typed.
    private static string? Nearest(IReadOnlyList<string> runs, string given) =>
        NearestName.Find(given, runs.Select(r => r[..Math.Min(r.Length, given.Length)])) is { } beginning
            ? runs.First(r => r.StartsWith(beginning, StringComparison.Ordinal))
            : null;

    private static ConnectorException Unknown(string message) => new(FailureTypes.InvalidInput, message, transient: false);
}
