using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;

namespace PersonalizeConnectors.Activities.Sqs;

/// <inheritdoc />
internal sealed class SqsQueue(SqsClient client, string url, SqsOptions options) : IQueue
{
    /// <summary>Most messages of one request.</summary>
    public const int MostMessages = 10;

    /// <summary>Most bytes of one request's messages together.</summary>
    public const int MostBytes = 1024 * 1024;

    private const string FifoEnding = ".fifo";
    private const string SentTimestamp = "SentTimestamp";
    private const string SequenceNumber = "SequenceNumber";
    private const string ReceiveCount = "ApproximateReceiveCount";

    private static readonly List<string> Facts =
        ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed", "MaximumMessageSize", "RedrivePolicy"];

    private readonly int _visibility = Math.Clamp(options.VisibilitySeconds, 2, 12 * 3600);

    public string Url { get; } = url;

    public string Name { get; } = url[(url.TrimEnd('/').LastIndexOf('/') + 1)..];

    public bool IsFifo => Name.EndsWith(FifoEnding, StringComparison.Ordinal);

    public TimeSpan Visibility => TimeSpan.FromSeconds(_visibility);

    public async Task<SendResult> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        // An entry's id is its place: it takes few characters, and a user's id may have any.
        var request = new SendMessageBatchRequest(Url, [.. messages.Select((m, i) => new SendMessageBatchRequestEntry
        {
            Id = i.ToString(CultureInfo.InvariantCulture),
            MessageBody = m.Body,
            MessageGroupId = IsFifo ? m.Group : null,
            MessageDeduplicationId = IsFifo ? m.Deduplication : null,
        })]);
        var answer = await AskAsync("send to", "sqs:SendMessage", () => client.Sdk.SendMessageBatchAsync(request, cancellationToken), cancellationToken);
        var failed = (answer.Failed ?? []).Select(f => (Index: int.Parse(f.Id, CultureInfo.InvariantCulture), f.Code, IsRefused: f.SenderFault == true)).ToList();
        // What is neither here nor there was not answered for.
        var silent = Enumerable.Range(0, messages.Count).Except((answer.Successful ?? []).Select(s => int.Parse(s.Id, CultureInfo.InvariantCulture))).Except(failed.Select(f => f.Index));
        return new([.. failed.Where(f => f.IsRefused).Select(f => (f.Index, f.Code))], [.. failed.Where(f => !f.IsRefused).Select(f => f.Index), .. silent]);
    }

    public async Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var request = new ReceiveMessageRequest(Url)
        {
            MaxNumberOfMessages = MostMessages,
            WaitTimeSeconds = Math.Clamp(options.WaitSeconds, 0, 20),
            VisibilityTimeout = _visibility,
            MessageSystemAttributeNames = [SentTimestamp, SequenceNumber, ReceiveCount],
        };
        var answer = await AskAsync("receive from", "sqs:ReceiveMessage", () => client.Sdk.ReceiveMessageAsync(request, cancellationToken), cancellationToken);
        return [.. (answer.Messages ?? []).Select(Read)];
    }

    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var chunk in receipts.Chunk(MostMessages))
        {
            var request = new DeleteMessageBatchRequest(Url, [.. chunk.Select((receipt, i) => new DeleteMessageBatchRequestEntry(i.ToString(CultureInfo.InvariantCulture), receipt))]);
            var answer = await AskAsync("delete from", "sqs:DeleteMessage", () => client.Sdk.DeleteMessageBatchAsync(request, cancellationToken), cancellationToken);
            left.AddRange(WorthAnotherTry(answer.Failed, chunk));
        }

        return left;
    }

    public async Task<IReadOnlyList<string>> HideAsync(IReadOnlyList<string> receipts, TimeSpan visibility, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var chunk in receipts.Chunk(MostMessages))
        {
            var request = new ChangeMessageVisibilityBatchRequest(Url, [.. chunk.Select((receipt, i) => new ChangeMessageVisibilityBatchRequestEntry
            {
                Id = i.ToString(CultureInfo.InvariantCulture),
                ReceiptHandle = receipt,
                VisibilityTimeout = (int)visibility.TotalSeconds,
            })]);
            var answer = await AskAsync(
                "hold messages of", "sqs:ChangeMessageVisibility", () => client.Sdk.ChangeMessageVisibilityBatchAsync(request, cancellationToken), cancellationToken);
            left.AddRange(WorthAnotherTry(answer.Failed, chunk));
        }

        return left;
    }

    public async Task<QueueFacts> LookAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest(Url, Facts);
        var answer = await AskAsync("look at", "sqs:GetQueueAttributes", () => client.Sdk.GetQueueAttributesAsync(request, cancellationToken), cancellationToken);
        var attributes = answer.Attributes ?? [];
        var (deadLetters, receives) = Redrive(attributes.GetValueOrDefault(Facts[4]));
        return new(
            Number(attributes, Facts[0]) ?? 0, Number(attributes, Facts[1]) ?? 0, Number(attributes, Facts[2]) ?? 0,
            (int)Math.Min(Number(attributes, Facts[3]) ?? MostBytes, MostBytes), deadLetters, receives);
    }

    private async Task<T> AskAsync<T>(string verb, string permission, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (SqsFailures.Covers(e, cancellationToken))
        {
            throw SqsFailures.Translate(e, client, verb, permission, Name);
        }
    }

    // A receipt that is no longer good belongs to a message that somebody else holds or has deleted.
    private static IEnumerable<string> WorthAnotherTry(List<BatchResultErrorEntry>? failed, string[] receipts) =>
        (failed ?? []).Where(f => f.SenderFault != true).Select(f => receipts[int.Parse(f.Id, CultureInfo.InvariantCulture)]);

    private static IncomingMessage Read(Message message)
    {
        var attributes = message.Attributes ?? [];
        return new(
            message.MessageId ?? "", message.ReceiptHandle, message.Body ?? "",
            DateTimeOffset.FromUnixTimeMilliseconds(Number(attributes, SentTimestamp) ?? 0),
            attributes.GetValueOrDefault(SequenceNumber) ?? "",
            (int)(Number(attributes, ReceiveCount) ?? 1));
    }

    private static long? Number(Dictionary<string, string> attributes, string name) =>
        attributes.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (string? Queue, int? Receives) Redrive(string? policy)
    {
        if (string.IsNullOrEmpty(policy))
        {
            return default;
        }

        using var json = JsonDocument.Parse(policy);
        var arn = json.RootElement.TryGetProperty("deadLetterTargetArn", out var target) ? target.GetString() : null;
        var receives = json.RootElement.TryGetProperty("maxReceiveCount", out var count)
            && int.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        return (arn?[(arn.LastIndexOf(':') + 1)..], receives);
    }
}
