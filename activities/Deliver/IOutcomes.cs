namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// Where a delivery leaves what became of its updates. <see cref="FlushAsync"/> is called by one caller at a time; everything else by any number of
/// threads.
/// </summary>
internal interface IOutcomes
{
    /// <summary>Completes when there is enough to write; take it before the last look at <see cref="IsDue"/>.</summary>
    Task Due { get; }

    /// <summary>True where something should be written now.</summary>
    bool IsDue { get; }

    /// <summary>Users settled by this attempt.</summary>
    long SettledUsers { get; }

    /// <summary>True where what is not settled comes again by itself, so that nobody need be told what may have arrived.</summary>
    bool ComesAgain { get; }

    /// <summary>Counts a request that goes out.</summary>
    void CountRequest(bool retried);

    void CountRateLimited();

    /// <summary>Settles the payloads of a request that was answered.</summary>
    void Settle(Batch batch, PayloadRange payloads, IReadOnlyList<PayloadRejection> rejections);

    /// <summary>Settles the payloads of a request whose answer does not say what became of them.</summary>
    void SettleUnknown(Batch batch, PayloadRange payloads, string reason);

    /// <summary>Settles an update that needs no request.</summary>
    void Accept(UpdatePlace place);

    /// <summary>Settles an update that is not sent.</summary>
    void Reject(UpdatePlace place, string reason, ReadOnlySpan<byte> userId, ReadOnlySpan<byte> payload);

    /// <summary>Waits while something was settled too long ago and is not written yet.</summary>
    Task WaitUntilWrittenAsync(CancellationToken cancellationToken);

    /// <summary>Writes what there is.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Writes everything, what an earlier call could not write included.</summary>
    Task FlushAllAsync(CancellationToken cancellationToken);
}
