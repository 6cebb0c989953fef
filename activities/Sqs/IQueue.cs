namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>One queue. Every failure of a whole request is a <see cref="Failures.ConnectorException"/>; single messages fail by themselves.</summary>
internal interface IQueue
{
    string Url { get; }

    string Name { get; }

    /// <summary>True where order holds within a group and a message sent twice comes once.</summary>
    bool IsFifo { get; }

    /// <summary>How long a received message stays hidden.</summary>
    TimeSpan Visibility { get; }

    /// <summary>Sends at most ten messages.</summary>
    Task<SendResult> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken);

    /// <summary>Waits for messages, and takes at most ten; none where none came in time.</summary>
    Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Deletes any number of messages.</summary>
    /// <returns>Receipts that could not be deleted and are worth another try.</returns>
    Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken);

    /// <summary>Hides messages for so long from now on; zero lets others have them at once. One that is gone by now is passed over.</summary>
    /// <returns>Receipts of messages that stay as they were and are worth another try.</returns>
    Task<IReadOnlyList<string>> HideAsync(IReadOnlyList<string> receipts, TimeSpan visibility, CancellationToken cancellationToken);

    Task<QueueFacts> LookAsync(CancellationToken cancellationToken);
}
