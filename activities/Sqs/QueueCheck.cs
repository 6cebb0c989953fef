using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>Whether every connector that delivers through a queue has one that is there; nothing is sent to find out.</summary>
public sealed class QueueCheck
{
    private readonly IQueueFinder _queues;

    internal QueueCheck(IQueueFinder queues) => _queues = queues;

    /// <param name="onlyLooks">An AWS that cannot be reached is one more problem; a run waits for it instead.</param>
    public async Task<IReadOnlyList<Problem>> CheckAsync(JobConfiguration configuration, CancellationToken cancellationToken, bool onlyLooks = false)
    {
        var problems = new List<Problem>();
        foreach (var connector in configuration.Connectors.Where(c => c.Delivery == DeliveryMode.Queue))
        {
            try
            {
                var queue = await _queues.FindAsync(connector, cancellationToken);
                var facts = await queue.LookAsync(cancellationToken);
                if (facts.DeadLetterQueue is null)
                {
                    problems.Add(new()
                    {
                        File = "settings",
                        Path = $"connectors.{connector.Name}.queue",
                        Found = $"the queue {queue.Name} without a redrive policy",
                        Expected = "a dead letter queue: a message that nobody can read comes again and again without one",
                        Severity = Severity.Warning,
                    });
                }
            }
            catch (ConnectorException e) when (e.Type == FailureTypes.InvalidConfiguration || (onlyLooks && e.Type == FailureTypes.AwsUnreachable))
            {
                problems.Add(new()
                {
                    File = "settings",
                    Path = $"connectors.{connector.Name}.queue",
                    Found = "no usable queue",
                    Expected = e.Message,
                });
            }
        }

        return problems;
    }
}
