namespace PersonalizeConnectors.Worker.Settings;

/// <summary>One setting that the code reads, as a person writes it.</summary>
/// <param name="Name">
/// Name of the environment variable; in a file or on the command line a colon stands for each <c>__</c>. <c>&lt;bucket&gt;</c> and <c>&lt;connector&gt;</c>
/// stand for names of the user's own.
/// </param>
/// <param name="Default">What holds where it is not set.</param>
/// <param name="Meaning">One or two sentences for the documentation.</param>
public sealed record KnownSetting(string Name, string Default, string Meaning)
{
    private const string Separator = "__";

    /// <summary>Several values: in one variable, separated by <c>;</c>, or one each in <c>&lt;Name&gt;__0</c>, <c>__1</c>, ….</summary>
    public bool IsList { get; init; }

    /// <summary>Its value is never repeated in a message.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What is expected where a value is wrong; null where it may stand.</summary>
    internal Func<string, string?> Check { get; init; } = _ => null;

    /// <summary>Whether a variable is this setting, or one value of it.</summary>
    /// <param name="name">As in <see cref="Name"/>, in any case.</param>
    public bool Matches(string name)
    {
        var (pattern, parts) = (Name.Split(Separator), name.Split(Separator));
        return (parts.Length == pattern.Length || (IsList && parts.Length == pattern.Length + 1 && int.TryParse(parts[^1], out _)))
            && pattern.Zip(parts).All(p => IsPlaceholder(p.First) ? p.Second.Length > 0 : p.First.Equals(p.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The name that a mistyped one may have meant: the user's own parts as they were typed.</summary>
    internal string Like(string typed)
    {
        var (pattern, parts) = (Name.Split(Separator), typed.Split(Separator));
        var name = string.Join(Separator, pattern.Select((part, i) => IsPlaceholder(part) && i < parts.Length ? parts[i] : part));
        return IsList && parts.Length == pattern.Length + 1 ? name + Separator + parts[^1] : name;
    }

    private static bool IsPlaceholder(string part) => part.StartsWith('<');
}
