using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Queue;

/// <summary>A queue during one delivery range.</summary>
internal sealed class QueueSession(IQueue queue, MessageWriter messages, DestinationContext context, TimeProvider time) : DestinationSession
{
    // Users of so many shards keep their order in a .fifo queue. The number never changes: a user would change groups, and lose the order.
    private const int GroupBits = 8;

    // A queue that takes some of ten messages takes the others a moment later; after so many tries all ten wait for the delivery's own patience.
    private const int Tries = 6;

    public override string Account { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(queue.Url)));

    public override int MaxPayloads => SqsQueue.MostMessages;

    public override int MaxBytes => SqsQueue.MostBytes;

    public override bool IsPaced => false;

    public override int Overhead(int payloads) => 0;

    public override RenderResult Render(scoped in UserUpdate update, ByteWriter target, ISet<string> names) => messages.Write(update, target, names);

    // Messages travel one by one in a request of the SDK's own making.
    public override void Assemble(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body)
    {
        foreach (var payload in payloads)
        {
            body.WriteRaw(source.Slice(payload.Start, payload.Length));
        }
    }

    public override async Task<Answer> SendAsync(Batch batch, PayloadRange range, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var waiting = Enumerable.Range(range.First, range.Count).ToList();
        var rejections = new List<PayloadRejection>();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var sent = await queue.SendAsync([.. waiting.Select(index => MessageOf(batch, index))], cancellationToken);
                if (sent.Refused.Where(r => !IsAboutTheMessage(r.Code)).Select(r => r.Code).FirstOrDefault() is { } code)
                {
                    return new(new BatchResponse.Stop(Stopped($"refused messages ({code})")));
                }

                rejections.AddRange(sent.Refused.Select(r => new PayloadRejection(waiting[r.Index] - range.First, $"The queue refused the message ({r.Code}).")));
                waiting = [.. sent.Failed.Select(index => waiting[index])];
            }
            catch (ConnectorException e)
            {
                return new(AnswerOf(e));
            }

            if (waiting.Count == 0)
            {
                return new(new BatchResponse.Settled(rejections));
            }

            if (attempt == Tries)
            {
                return new(new BatchResponse.Failed("the queue took only some of the messages"));
            }

            await Task.Delay(Backoff.Of(attempt), time, cancellationToken);
        }
    }

    public override void Dispose()
    {
    }

    private static bool IsAboutTheMessage(string code) => code.EndsWith("InvalidMessageContents", StringComparison.Ordinal)
        || code.EndsWith("MessageTooLong", StringComparison.Ordinal) || code is "InvalidParameterValue" or "InvalidAttributeValue";

    private BatchResponse AnswerOf(ConnectorException e) => e switch
    {
        { Type: FailureTypes.AwsUnreachable, IsTransient: true } => new BatchResponse.Failed(e.Message.TrimEnd('.')),
        _ when e.InnerException is Amazon.SQS.Model.BatchRequestTooLongException or Amazon.SQS.Model.InvalidMessageContentsException =>
            new BatchResponse.Refused("The queue refused the message."),
        _ => new BatchResponse.Stop($"Connector \"{context.Connector.Name}\": {e.Message}"),
    };

    private string Stopped(string what) =>
        $"Connector \"{context.Connector.Name}\": the queue {queue.Name} {what}. Look at its policy and its KMS key, then run again: what was accepted is recorded.";

    private OutgoingMessage MessageOf(Batch batch, int index)
    {
        var place = batch.PlaceOf(index);
        var group = IdHash.Shard(IdHash.Of(batch.UserIdOf(index)), GroupBits);
        return new(
            Encoding.UTF8.GetString(batch.PayloadOf(index)),
            group.ToString("x2", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{context.Run.Keys.RunId}-{context.Connector.Name}-{place.Shard}-{place.Number}"));
    }
}
