using Grpc.Core;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>
/// Queries: on the next workflow task where one is pending, since the answer must know what it brings; else straight to a
/// worker, preferably the one that has the run in its cache.
/// </summary>
internal sealed class QueryMethods(TemporalService service)
{
    private const int FailingAttempts = 3;

    public void AddTo(MethodTable methods) => methods
        .Add<QueryWorkflowRequest, QueryWorkflowResponse>(QueryAsync)
        .Add<RespondQueryTaskCompletedRequest, RespondQueryTaskCompletedResponse>(request => service.Do(() => Complete(request)));

    private async Task<QueryWorkflowResponse> QueryAsync(QueryWorkflowRequest request, ServerCallContext call)
    {
        var execution = service.Do(() => service.Executions.Get(request.Execution));
        if (service.Do(() => Rejection(execution, request.QueryRejectCondition)) is { } rejected)
        {
            return new QueryWorkflowResponse { QueryRejected = rejected };
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, service.Stopping);
        var query = new PendingQuery(request.Query);
        if (service.Do(() => TryAttach(execution, query)))
        {
            try
            {
                if (await query.WaitAsync(end.Token) is { } attached)
                {
                    return Response(attached);
                }
            }
            finally
            {
                service.Do(() => execution.Queries.Remove(query));
            }
        }

        return Response(await AskWorkerAsync(execution, request.Query, end.Token));
    }

    private static QueryRejected? Rejection(Execution execution, QueryRejectCondition condition)
    {
        var isRejected = !execution.IsOpen && (condition == QueryRejectCondition.NotOpen
            || (condition == QueryRejectCondition.NotCompletedCleanly && execution.Status != WorkflowExecutionStatus.Completed));
        if (isRejected)
        {
            return new QueryRejected { Status = execution.Status };
        }

        if (!execution.IsOpen && !execution.WorkflowTask.HasCompletedAny)
        {
            throw Faults.NotReady("workflow closed before workflow task started");
        }

        // It would only fail in the same way.
        return execution.IsOpen && execution.WorkflowTask.Attempt >= FailingAttempts
            ? throw Faults.NotReady("Unable to query workflow due to Workflow Task in failed state.")
            : null;
    }

    private static bool TryAttach(Execution execution, PendingQuery query)
    {
        var isAttached = execution.IsOpen && (execution.WorkflowTask.IsPending || !execution.WorkflowTask.HasCompletedAny);
        if (isAttached)
        {
            execution.Queries.Add(query);
        }

        return isAttached;
    }

    private async Task<QueryAnswer> AskWorkerAsync(Execution execution, WorkflowQuery asked, CancellationToken end)
    {
        // One look at both: they change together.
        var (sticky, timeout) = service.Do(() => (execution.WorkflowTask.StickyQueue, execution.WorkflowTask.StickyTimeout));
        if (sticky is not null)
        {
            using var patience = new CancellationTokenSource(timeout, service.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
            try
            {
                return await AskAsync(execution, asked, sticky, isSticky: true, either.Token);
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                service.Do(() => execution.WorkflowTask.ClearSticky(sticky));
            }
        }

        return await AskAsync(execution, asked, execution.Started.TaskQueue.Name, isSticky: false, end);
    }

    private async Task<QueryAnswer> AskAsync(Execution execution, WorkflowQuery asked, string queue, bool isSticky, CancellationToken end)
    {
        var query = new PendingQuery(asked);
        var queued = new QueuedQuery(execution, query, isSticky);
        service.Do(() => service.Queues.Workflow(queue).Add(queued));
        try
        {
            return (await query.WaitAsync(end))!;
        }
        finally
        {
            service.Do(() =>
            {
                queued.IsWanted = false;
                service.Queues.Workflow(queue).Remove(queued);
                service.Questions.Forget(query);
            });
        }
    }

    private RespondQueryTaskCompletedResponse Complete(RespondQueryTaskCompletedRequest request)
    {
        var query = service.Questions.Take(request.TaskToken) ?? throw Faults.NotFound("query task not found, or already expired");
        query.Answer(new QueryAnswer(request.CompletedType, request.QueryResult, request.ErrorMessage, request.Failure));
        return new RespondQueryTaskCompletedResponse();
    }

    private static QueryWorkflowResponse Response(QueryAnswer answer) => answer.Type == QueryResultType.Failed
        ? throw Faults.QueryFailed(answer.ErrorMessage, answer.Failure)
        : new QueryWorkflowResponse { QueryResult = answer.Result };
}
