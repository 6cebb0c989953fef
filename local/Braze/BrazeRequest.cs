namespace PersonalizeConnectors.Local.Braze;

/// <summary>A well-formed request before it is applied, as shown to <see cref="BrazeSimulatorOptions.Hook"/>.</summary>
/// <param name="Sequence">Number of the request, from 1, in order of arrival.</param>
/// <param name="Body">As sent; valid only during the call.</param>
/// <param name="ExternalIds">Of the objects that have one, in order, over all arrays.</param>
/// <param name="Objects">Number of objects over all arrays.</param>
public sealed record BrazeRequest(long Sequence, ReadOnlyMemory<byte> Body, IReadOnlyList<string> ExternalIds, int Objects);
