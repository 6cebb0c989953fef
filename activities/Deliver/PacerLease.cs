namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>One delivery's use of an account's pacer.</summary>
internal sealed class PacerLease(Pacer pacer, double requestsPerSecond, long? requestsPerHour) : IDisposable
{
    public double RequestsPerSecond { get; } = requestsPerSecond;

    public long? RequestsPerHour { get; } = requestsPerHour;

    public Pacer Pacer { get; } = pacer;

    public void Dispose() => Pacer.Leave(this);
}
