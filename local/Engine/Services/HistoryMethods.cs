using Google.Protobuf;
using Grpc.Core;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Histories, whole or as they grow. A result is waited for through the last event of one.</summary>
internal sealed class HistoryMethods(TemporalService service)
{
    // As a server: an empty page, to be asked for again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public void AddTo(MethodTable methods) => methods
        .Add<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>(GetAsync)
        .Add<GetWorkflowExecutionHistoryReverseRequest, GetWorkflowExecutionHistoryReverseResponse>(request => service.Do(() => Reverse(request)));

    private async Task<GetWorkflowExecutionHistoryResponse> GetAsync(GetWorkflowExecutionHistoryRequest request, ServerCallContext call)
    {
        using var deadline = new CancellationTokenSource(LongestWait, service.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, service.Stopping, deadline.Token);
        var (execution, from) = service.Do(() => Begin(request));
        while (true)
        {
            var (page, growth) = service.Do(() => Page(execution, from, request));
            if (page is not null)
            {
                return page;
            }

            try
            {
                await growth!.WaitAsync(end.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
            {
                return new GetWorkflowExecutionHistoryResponse { History = new History(), NextPageToken = PageToken(execution, from) };
            }
        }
    }

    private (Execution Execution, long From) Begin(GetWorkflowExecutionHistoryRequest request)
    {
        if (request.NextPageToken.Length == 0)
        {
            return (service.Executions.Get(request.Execution), 1);
        }

        return TaskToken.Parse(request.NextPageToken) is { } token && service.Executions.FindRun(token.RunId) is { } execution
            ? (execution, token.ScheduledEventId)
            : throw Faults.InvalidArgument("Invalid NextPageToken.");
    }

    // The page, or what to wait for.
    private static (GetWorkflowExecutionHistoryResponse? Page, Task? Growth) Page(Execution execution, long from, GetWorkflowExecutionHistoryRequest request)
    {
        var isCloseOnly = request.HistoryEventFilterType == HistoryEventFilterType.CloseEvent;
        if (request.WaitNewEvent && execution.IsOpen && (isCloseOnly || execution.Log.NextEventId <= from))
        {
            return (null, execution.WatchAsync());
        }

        var history = new History();
        if (isCloseOnly)
        {
            history.Events.Add(execution.Log.Last);
        }
        else
        {
            history.Events.Add(execution.Log.From(from));
        }

        var page = new GetWorkflowExecutionHistoryResponse { History = history };
        if (request.WaitNewEvent && execution.IsOpen)
        {
            page.NextPageToken = PageToken(execution, execution.Log.NextEventId);
        }

        return (page, null);
    }

    private static ByteString PageToken(Execution execution, long from) => TaskToken.Of(execution.RunId, from, 0);

    private GetWorkflowExecutionHistoryReverseResponse Reverse(GetWorkflowExecutionHistoryReverseRequest request) => new()
    {
        History = new History { Events = { service.Executions.Get(request.Execution).Log.Events.Reverse() } },
    };
}
