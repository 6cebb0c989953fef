using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class StartChild : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var attributes = command.StartChildWorkflowExecutionCommandAttributes;
        if (attributes.WorkflowId.Length == 0 || attributes.WorkflowType is not { Name.Length: > 0 })
        {
            return Bad("Required field WorkflowId or WorkflowType is not set on StartChildWorkflowExecutionCommand.");
        }

        if (attributes.CronSchedule.Length > 0)
        {
            return Bad("the embedded engine does not carry cron schedules; use a Temporal service: set TEMPORAL_ADDRESS");
        }

        return check.Execution.Service.SearchAttributes.Fault(attributes.SearchAttributes) is { } fault
            ? new CommandFault(WorkflowTaskFailedCause.BadSearchAttributes, $"BadSearchAttributes: {fault}")
            : null;
    }

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.StartChildWorkflowExecutionCommandAttributes;
        var execution = context.Execution;
        var executionTimeout = attributes.WorkflowExecutionTimeout ?? new Duration();
        var runTimeout = Durations.Least(attributes.WorkflowRunTimeout, executionTimeout);
        execution.Children.Initiate(context.Append(command, new HistoryEvent
        {
            EventType = EventType.StartChildWorkflowExecutionInitiated,
            StartChildWorkflowExecutionInitiatedEventAttributes = new()
            {
                Namespace = execution.Service.Namespace,
                NamespaceId = execution.Service.NamespaceId,
                WorkflowId = attributes.WorkflowId,
                WorkflowType = attributes.WorkflowType,
                TaskQueue = attributes.TaskQueue is { Name.Length: > 0 } queue ? queue : execution.Started.TaskQueue,
                Input = attributes.Input,
                WorkflowExecutionTimeout = executionTimeout,
                WorkflowRunTimeout = runTimeout,
                WorkflowTaskTimeout = NewExecution.TaskTimeout(attributes.WorkflowTaskTimeout, runTimeout),
                ParentClosePolicy = attributes.ParentClosePolicy == ParentClosePolicy.Unspecified ? ParentClosePolicy.Terminate : attributes.ParentClosePolicy,
                Control = attributes.Control,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                WorkflowIdReusePolicy = attributes.WorkflowIdReusePolicy == WorkflowIdReusePolicy.Unspecified ? WorkflowIdReusePolicy.AllowDuplicate : attributes.WorkflowIdReusePolicy,
                RetryPolicy = attributes.RetryPolicy,
                Header = attributes.Header,
                Memo = attributes.Memo,
                SearchAttributes = attributes.SearchAttributes,
                Priority = attributes.Priority,
            },
        }));
    }

    private static CommandFault Bad(string message) => new(WorkflowTaskFailedCause.BadStartChildExecutionAttributes, $"BadStartChildExecutionAttributes: {message}");
}
