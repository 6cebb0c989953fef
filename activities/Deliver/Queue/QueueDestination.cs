using PersonalizeConnectors.Activities.Sqs;

namespace PersonalizeConnectors.Activities.Deliver.Queue;

/// <summary>A connector's queue in the place of its destination: what the queue takes is accepted. No configuration can name it as a type.</summary>
internal sealed class QueueDestination(IQueueFinder queues, TimeProvider time) : IDestination
{
    public const string TypeName = "queue";

    public string Type => TypeName;

    public async Task<DestinationSession> OpenAsync(DestinationContext context, CancellationToken cancellationToken)
    {
        var queue = await queues.FindAsync(context.Connector, cancellationToken);
        var facts = await queue.LookAsync(cancellationToken);
        return new QueueSession(queue, new MessageWriter(context, facts.MaxMessageBytes), context, time);
    }
}
