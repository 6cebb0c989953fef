using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary><c>deploy/Dockerfile</c>, instruction by instruction.</summary>
internal sealed partial class Dockerfile
{
    private readonly List<Stage> _stages = [];

    private Dockerfile(string text)
    {
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        foreach (var instruction in Continued().Replace(string.Join('\n', lines), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (word, rest) = (instruction.Split(' ')[0], instruction[(instruction.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim());
            if (word == "FROM")
            {
                var from = rest.Split(' ').Where(part => !part.StartsWith("--", StringComparison.Ordinal)).ToList();
                _stages.Add(new Stage(from[^1], from[0], []));
            }
            else
            {
                _stages[^1].Instructions.Add(new(word, rest));
            }
        }
    }

    public IReadOnlyList<Stage> Stages => _stages;

    public static Dockerfile Read() => new(File.ReadAllText(Path.Combine(Repository.Root, "deploy/Dockerfile")));

    public Stage Named(string name) => _stages.Single(stage => stage.Name == name);

    /// <summary>The last of such instructions in a stage or in what it is made from.</summary>
    public string? Find(string stage, string word)
    {
        for (var at = _stages.Find(s => s.Name == stage); at is not null; at = _stages.Find(s => s.Name == at.From))
        {
            if (at.Instructions.LastOrDefault(i => i.Word == word) is { } found)
            {
                return found.Rest;
            }
        }

        return null;
    }

    /// <summary>Variables of a stage.</summary>
    public Dictionary<string, string> Environment(string stage) => (Find(stage, "ENV") ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(variable => variable.Split('=', 2))
        .ToDictionary(variable => variable[0], variable => variable[1]);

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    internal sealed record Stage(string Name, string From, List<Instruction> Instructions);

    internal sealed record Instruction(string Word, string Rest);
}
