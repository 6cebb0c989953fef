using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Api.Replication.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>What the service says of itself.</summary>
internal sealed class SystemMethods(TemporalService service)
{
    private const string ServerVersion = "1.32.0-embedded";

    // Long enough for any run: nothing is ever removed by age.
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    public void AddTo(MethodTable methods) => methods
        .Add<GetSystemInfoRequest, GetSystemInfoResponse>(_ => SystemInfo())
        .Add<GetClusterInfoRequest, GetClusterInfoResponse>(_ => new GetClusterInfoResponse
        {
            ServerVersion = ServerVersion,
            ClusterName = "embedded",
            HistoryShardCount = 1,
            PersistenceStore = "memory",
            VisibilityStore = "memory",
        })
        .Add<DescribeNamespaceRequest, DescribeNamespaceResponse>(Namespace)
        .Add<ListNamespacesRequest, ListNamespacesResponse>(_ => new ListNamespacesResponse { Namespaces = { Namespace() } })
        .Add<DescribeTaskQueueRequest, DescribeTaskQueueResponse>(TaskQueue)
        .Add<ShutdownWorkerRequest, ShutdownWorkerResponse>(ShutdownWorker);

    private static GetSystemInfoResponse SystemInfo() => new()
    {
        ServerVersion = ServerVersion,
        Capabilities = new()
        {
            SignalAndQueryHeader = true,
            InternalErrorDifferentiation = true,
            ActivityFailureIncludeHeartbeat = true,
            EncodedFailureAttributes = true,
            UpsertMemo = true,
            SdkMetadata = true,
        },
    };

    private DescribeNamespaceResponse Namespace(DescribeNamespaceRequest request) =>
        request.Id.Length > 0 && request.Id != service.NamespaceId ? throw Faults.NamespaceNotFound(request.Id) : Namespace();

    private DescribeNamespaceResponse Namespace() => new()
    {
        NamespaceInfo = new NamespaceInfo
        {
            Name = service.Namespace,
            Id = service.NamespaceId,
            State = NamespaceState.Registered,
            Capabilities = new(),
        },
        Config = new NamespaceConfig { WorkflowExecutionRetentionTtl = Duration.FromTimeSpan(Retention) },
        ReplicationConfig = new NamespaceReplicationConfig { ActiveClusterName = "embedded" },
    };

    private DescribeTaskQueueResponse TaskQueue(DescribeTaskQueueRequest request) => service.Do(() =>
    {
        var queue = service.Queues.Of(
            request.TaskQueueType == TaskQueueType.Unspecified ? TaskQueueType.Workflow : request.TaskQueueType, request.TaskQueue.Name);
        return new DescribeTaskQueueResponse
        {
            Pollers = { queue.Pollers.Select(p => new PollerInfo { Identity = p.Key, LastAccessTime = Timestamp.FromDateTimeOffset(p.Value) }) },
            Stats = new TaskQueueStats { ApproximateBacklogCount = queue.Backlog },
        };
    });

    private ShutdownWorkerResponse ShutdownWorker(ShutdownWorkerRequest request) => service.Do(() =>
    {
        if (request.StickyTaskQueue.Length > 0)
        {
            service.Queues.Workflow(request.StickyTaskQueue).ShutDown();
        }

        return new ShutdownWorkerResponse();
    });
}
