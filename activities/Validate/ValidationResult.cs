using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Validate;

/// <param name="Problems">Everything that is wrong in the configuration and the inputs, and what is worth knowing.</param>
/// <param name="Configuration">Null where the configuration itself cannot be used.</param>
public sealed record ValidationResult(IReadOnlyList<Problem> Problems, JobConfiguration? Configuration)
{
    /// <summary>True where the job can run.</summary>
    public bool IsValid => Configuration is not null && !Problems.Any(problem => problem.Severity == Severity.Error);
}
