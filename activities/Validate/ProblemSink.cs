using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Collects what the checks find; a check that cannot go on leaves that behind as a problem, and the next one runs.</summary>
internal sealed class ProblemSink
{
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> Problems => _problems;

    public void Add(Problem problem) => _problems.Add(problem);

    public void AddRange(IEnumerable<Problem> problems) => _problems.AddRange(problems);

    public void Error(string file, string found, string expected, string? path = null, long? line = null) =>
        Add(new() { File = file, Path = path, Line = line, Found = found, Expected = expected });

    public void Warn(string file, string found, string expected, string? path = null, long? line = null, string? nearest = null) =>
        Add(new() { File = file, Path = path, Line = line, Found = found, Expected = expected, Nearest = nearest, Severity = Severity.Warning });

    /// <summary>Runs a check of the file or folder.</summary>
    public async Task GuardAsync(string file, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (ObjectChangedException e)
        {
            Error(file, e.Message, "an input that stands still: wait until it is written");
        }
        catch (ConnectorException e) when (e.Type != FailureTypes.AwsUnreachable)
        {
            Error(file, e.Message, "an input that can be read");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Error(file, "damaged compressed data", "a whole gzip file, or one whose name does not end in .gz");
        }
        catch (IOException e)
        {
            Error(file, e.Message, "an input that can be read");
        }
    }

    /// <summary>1,234 for messages.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
