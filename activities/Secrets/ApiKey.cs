using System.Diagnostics;

namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>A secret. It shows itself to nobody who does not ask for it by <see cref="Reveal"/>: not in text, not in JSON, not in a debugger.</summary>
[DebuggerDisplay("***")]
public sealed class ApiKey(string value)
{
    // Serializers look for properties and public fields.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value = value;

    /// <summary>The key itself, for the one header that carries it.</summary>
    public string Reveal() => _value;

    public override string ToString() => "***";
}
