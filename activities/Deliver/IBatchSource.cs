namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Where a delivery's batches come from.</summary>
internal interface IBatchSource
{
    /// <summary>Batches in order; whoever takes one disposes it.</summary>
    IAsyncEnumerable<Batch> ReadAsync(CancellationToken cancellationToken);
}
