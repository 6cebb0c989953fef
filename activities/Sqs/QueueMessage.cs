namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>A message to send.</summary>
/// <param name="Group">A <c>.fifo</c> queue's group, within which order holds; ignored elsewhere.</param>
/// <param name="Deduplication">The same for the same message sent again; of a <c>.fifo</c> queue, ignored elsewhere.</param>
internal sealed record OutgoingMessage(string Body, string Group, string Deduplication);

/// <summary>A message that was received, and is hidden from others until its visibility ends.</summary>
/// <param name="Receipt">What deletes it.</param>
/// <param name="SentAt">When it was sent, as the queue says.</param>
/// <param name="Sequence">Order in a <c>.fifo</c> queue, 20 digits; empty elsewhere.</param>
/// <param name="Receives">How often it was received, this time included.</param>
internal sealed record IncomingMessage(string Id, string Receipt, string Body, DateTimeOffset SentAt, string Sequence, int Receives);

/// <summary>What became of the messages of one send, by their places in it.</summary>
/// <param name="Refused">Messages that the queue will never take, with its code for the reason.</param>
/// <param name="Failed">Messages that are worth another try.</param>
internal sealed record SendResult(IReadOnlyList<(int Index, string Code)> Refused, IReadOnlyList<int> Failed);

/// <summary>What a queue says of itself.</summary>
/// <param name="Waiting">Messages that can be received; approximate, as all of SQS's counts.</param>
/// <param name="InFlight">Messages that somebody holds.</param>
/// <param name="Delayed">Messages that cannot be received yet.</param>
/// <param name="MaxMessageBytes">Longest message that it takes.</param>
/// <param name="DeadLetterQueue">Name of the queue that messages move to when they were received too often; null: none.</param>
/// <param name="MaxReceives">How often that is.</param>
internal sealed record QueueFacts(long Waiting, long InFlight, long Delayed, int MaxMessageBytes, string? DeadLetterQueue, int? MaxReceives);
