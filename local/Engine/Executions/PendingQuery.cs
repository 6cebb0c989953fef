using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Query.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A question somebody waits for.</summary>
internal sealed class PendingQuery(WorkflowQuery query)
{
    private readonly TaskCompletionSource<QueryAnswer?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = Guid.NewGuid().ToString();

    public WorkflowQuery Query => query;

    /// <param name="answer">Null: not answered, ask a worker directly.</param>
    public void Answer(QueryAnswer? answer) => _answer.TrySetResult(answer);

    public Task<QueryAnswer?> WaitAsync(CancellationToken cancellationToken) => _answer.Task.WaitAsync(cancellationToken);
}

internal sealed record QueryAnswer(QueryResultType Type, Payloads? Result, string ErrorMessage, Failure? Failure);
