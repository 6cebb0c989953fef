namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Collects everything that is wrong in one file.</summary>
internal sealed class ProblemList(string file)
{
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> Problems => _problems;

    public void Add(string path, long? line, string found, string expected, string? nearest = null, Severity severity = Severity.Error) =>
        _problems.Add(new()
        {
            File = file,
            Path = path,
            Line = line,
            Found = found,
            Expected = expected,
            Nearest = nearest,
            Severity = severity,
        });

    public void Add(Problem problem) => _problems.Add(problem);
}
