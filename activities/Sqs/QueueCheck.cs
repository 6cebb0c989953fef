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
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var connector in configuration.Connectors.Where(c => c.Delivery == DeliveryMode.Queue))
        {
            try
            {
                var queue = await _queues.FindAsync(connector, cancellationToken);
                if (!taken.TryAdd(queue.Url, connector.Name))
                {
                    // Its messages would go to whichever of the two drains takes them.
                    problems.Add(new()
                    {
                        File = "settings",
                        Path = $"connectors.{connector.Name}.queue",
                        Found = $"the queue {queue.Name}, which connector \"{taken[queue.Url]}\" has",
                        Expected = "a queue of its own: a message does not say for which of the two it is",
                    });
                    continue;
                }

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
