using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>The run that carries on after another: continued as new, or a retry by the workflow's own policy.</summary>
/// <param name="RetryState">Why there is a next run, or why there is none.</param>
internal sealed record NextRun(Execution Previous, NewExecution? Start, RetryState RetryState)
{
    /// <summary>Empty where nothing carries on.</summary>
    public string RunId => Start?.Attributes.OriginalExecutionRunId ?? "";

    public static NextRun AfterFailure(Execution previous, Failure failure) => Retry(previous, failure, failure);

    public static NextRun AfterTimeout(Execution previous)
    {
        var isExpired = previous.Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset() <= previous.Service.Now;
        return isExpired
            ? new NextRun(previous, null, RetryState.Timeout)
            : Retry(previous, new Failure { Message = "workflow timeout", TimeoutFailureInfo = new TimeoutFailureInfo { TimeoutType = TimeoutType.StartToClose } }, null);
    }

    public static NextRun AsNew(Execution previous, ContinueAsNewWorkflowExecutionCommandAttributes command)
    {
        var start = Inherited(previous);
        start.WorkflowType = command.WorkflowType is { Name.Length: > 0 } type ? type : previous.Started.WorkflowType;
        start.TaskQueue = command.TaskQueue is { Name.Length: > 0 } queue ? queue : previous.Started.TaskQueue;
        start.Input = command.Input;
        start.Header = command.Header;
        start.WorkflowRunTimeout = command.WorkflowRunTimeout ?? previous.Started.WorkflowRunTimeout;
        start.WorkflowTaskTimeout = command.WorkflowTaskTimeout ?? previous.Started.WorkflowTaskTimeout;
        start.RetryPolicy = command.RetryPolicy ?? previous.Started.RetryPolicy;
        start.Memo = command.Memo is { Fields.Count: > 0 } memo ? memo : previous.Memo.ToMemo();
        start.SearchAttributes = command.SearchAttributes is { IndexedFields.Count: > 0 } attributes ? attributes : previous.SearchAttributes.ToSearchAttributes();
        start.Initiator = command.Initiator == ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : command.Initiator;
        start.FirstWorkflowTaskBackoff = command.BackoffStartInterval;
        start.ContinuedFailure = command.Failure;
        start.LastCompletionResult = command.LastCompletionResult;
        start.Attempt = 1;
        return Of(previous, start, RetryState.Unspecified);
    }

    public void Begin()
    {
        if (Start is not null)
        {
            Previous.Service.Then(() => Previous.Service.Executions.Add(Start));
        }
    }

    private static NextRun Retry(Execution previous, Failure failure, Failure? continued)
    {
        if (previous.Started.RetryPolicy is not { } policy)
        {
            return new NextRun(previous, null, RetryState.RetryPolicyNotSet);
        }

        var decision = Retries.Next(policy, previous.Started.Attempt, failure, previous.Service.Now, previous.Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset());
        if (!decision.IsRetry)
        {
            return new NextRun(previous, null, decision.State);
        }

        var start = Inherited(previous);
        start.Initiator = ContinueAsNewInitiator.Retry;
        start.Attempt = previous.Started.Attempt + 1;
        start.FirstWorkflowTaskBackoff = Duration.FromTimeSpan(decision.Interval);
        start.ContinuedFailure = continued;
        return Of(previous, start, RetryState.InProgress);
    }

    private static WorkflowExecutionStartedEventAttributes Inherited(Execution previous)
    {
        var start = previous.Started.Clone();
        start.ContinuedExecutionRunId = previous.RunId;
        start.OriginalExecutionRunId = previous.Service.Executions.NewRunId();
        start.Memo = previous.Memo.ToMemo();
        start.SearchAttributes = previous.SearchAttributes.ToSearchAttributes();
        start.FirstWorkflowTaskBackoff = null;
        start.ContinuedFailure = null;
        return start;
    }

    private static NextRun Of(Execution previous, WorkflowExecutionStartedEventAttributes start, RetryState state) =>
        new(previous, new NewExecution(NewExecution.Completed(previous.Service, start), Guid.NewGuid().ToString(), previous.UserMetadata), state);
}
