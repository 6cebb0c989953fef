namespace PersonalizeConnectors.Activities.Diagnostics;

/// <summary>Which search attributes the service knows: setting another one would hang a workflow. The worker reads them when it starts.</summary>
public interface IRegisteredSearchAttributes
{
    /// <summary>Names registered with the service; empty where it could not be asked.</summary>
    IReadOnlyList<string> Names { get; }
}
