namespace PersonalizeConnectors.Core.Configuration;

/// <summary>One thing that is wrong in a configuration or an input; the document of <c>validate --json</c>.</summary>
public sealed record Problem
{
    /// <summary>Key of the file below the root, or its address.</summary>
    public required string File { get; init; }

    /// <summary>JSON path such as <c>$.connectors.braze.attributeShape</c>; null where the problem is not at a key.</summary>
    public string? Path { get; init; }

    /// <summary>Line of the file, from 1; null where it has none.</summary>
    public long? Line { get; init; }

    /// <summary>What stands there, or what happened.</summary>
    public required string Found { get; init; }

    /// <summary>What should stand there, or what to do.</summary>
    public required string Expected { get; init; }

    /// <summary>The nearest known name, where a name is unknown.</summary>
    public string? Nearest { get; init; }

    public Severity Severity { get; init; } = Severity.Error;

    public override string ToString()
    {
        var place = (Line is { } line ? $"{File}:{line}" : File) + (Path is null ? "" : $" {Path}");
        return $"{place}: found {Found}; expected {Expected}{(Nearest is null ? "" : $" (did you mean \"{Nearest}\"?)")}";
    }
}

public enum Severity
{
    /// <summary>The job cannot run.</summary>
    Error,

    /// <summary>The job runs, with this effect.</summary>
    Warning,
}
