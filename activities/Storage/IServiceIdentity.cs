namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Which Temporal service and namespace this worker polls. Within one, a job's workflow id keeps its runs apart; between two only the hold does.
/// </summary>
public interface IServiceIdentity
{
    /// <returns>
    /// The same for all workers of one namespace, by whatever address each of them reaches it, and another for any other namespace, also at the same address:
    /// two machines' own <c>127.0.0.1:7233</c> are two.
    /// </returns>
    ValueTask<string> FindAsync(CancellationToken cancellationToken);
}

/// <summary>Known beforehand.</summary>
public sealed record ServiceIdentity(string Value) : IServiceIdentity
{
    /// <summary>Of what works without any service, and holds nothing.</summary>
    public static ServiceIdentity None { get; } = new("none");

    public ValueTask<string> FindAsync(CancellationToken cancellationToken) => new(Value);
}
