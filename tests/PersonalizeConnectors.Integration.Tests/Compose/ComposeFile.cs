using PersonalizeConnectors.Integration.Tests.Harness;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary><c>docker-compose.yml</c>, as far as it uses the format: a key that is not here fails the parser.</summary>
internal sealed class ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; init; } = [];

    public Dictionary<string, object?> Volumes { get; init; } = [];

    public static ComposeFile Read() => new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .Build()
        .Deserialize<ComposeFile>(File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml")));
}

internal sealed class ComposeService
{
    public string Image { get; init; } = "";

    public ComposeBuild? Build { get; init; }

    public List<string> Command { get; init; } = [];

    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>Address, published port and port, with colons.</summary>
    public List<string> Ports { get; init; } = [];

    public List<string> Volumes { get; init; } = [];

    public ComposeHealth? Healthcheck { get; init; }

    public string? NetworkMode { get; init; }

    public string? StopGracePeriod { get; init; }

    public Dictionary<string, Dictionary<string, string>> DependsOn { get; init; } = [];

    /// <summary>What follows an option of the command.</summary>
    public string Option(string name) => Command[Command.IndexOf(name) + 1];
}

internal sealed class ComposeBuild
{
    public string Context { get; init; } = "";

    public string Dockerfile { get; init; } = "";

    public string Target { get; init; } = "";
}

internal sealed class ComposeHealth
{
    /// <summary><c>CMD</c>, a program and its arguments.</summary>
    public List<string> Test { get; init; } = [];

    public string Interval { get; init; } = "";

    public string Timeout { get; init; } = "";

    public int Retries { get; init; }

    public string StartPeriod { get; init; } = "";
}
