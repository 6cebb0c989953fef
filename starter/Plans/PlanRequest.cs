using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>What <c>plan</c> was told.</summary>
/// <param name="Run">The run to plan.</param>
/// <param name="Samples">Payloads to show of each kind.</param>
internal sealed record PlanRequest(RunRequest Run, int Samples);
