namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Which Temporal service this worker polls. Within one service a job's workflow id keeps its runs apart; between services only the hold does.
/// </summary>
/// <param name="Value"><c>address/namespace</c>, or a fresh GUID for a server of this process's own.</param>
public sealed record ServiceIdentity(string Value);
