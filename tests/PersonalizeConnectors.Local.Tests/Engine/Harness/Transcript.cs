using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Temporalio.Api.History.V1;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>What happened in a case, in words that are the same on every server.</summary>
internal sealed partial class Transcript
{
    private readonly StringBuilder _text = new();

    public void Note(string line) => _text.Append(line).Append('\n');

    public void History(string name, IEnumerable<HistoryEvent> events)
    {
        Note($"history of {name}");
        foreach (var entry in events)
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"  {entry.EventId} {entry.EventType} {Scrub.Event(entry)}").TrimEnd());
        }
    }

    /// <summary>The text, with ids that are made anew in each run called by the order in which they first appear.</summary>
    public string Text(params (string Value, string Name)[] names)
    {
        var text = names.Aggregate(_text.ToString(), (current, next) => current.Replace(next.Value, next.Name, StringComparison.Ordinal));
        var ids = new List<string>();
        return Guids().Replace(text, match =>
        {
            var index = ids.IndexOf(match.Value);
            if (index < 0)
            {
                index = ids.Count;
                ids.Add(match.Value);
            }

            return $"<id {index + 1}>";
        });
    }

    /// <summary>An exception and its causes, as far as a caller can tell them apart.</summary>
    public static string Of(Exception exception)
    {
        var facts = exception switch
        {
            WorkflowAlreadyStartedException taken => $"{taken.WorkflowId}, {taken.RunId}",
            RpcException rpc => rpc.Code.ToString(),
            ApplicationFailureException application => $"{application.Message}; type {application.ErrorType}{(application.NonRetryable ? ", not retryable" : "")}",
            ActivityFailureException activity => $"{activity.ActivityType}, {activity.RetryState}",
            ChildWorkflowFailureException child => $"{child.WorkflowType}, {child.RetryState}",
            TimeoutFailureException timeout => $"{timeout.Message}; {timeout.TimeoutType}",
            WorkflowContinuedAsNewException continued => continued.NewRunId,
            _ => exception.Message,
        };
        return $"{exception.GetType().Name}({facts})" + (exception is not RpcException && exception.InnerException is { } cause ? $" < {Of(cause)}" : "");
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guids();
}
