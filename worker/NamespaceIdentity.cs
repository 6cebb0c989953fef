using PersonalizeConnectors.Activities.Storage;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Worker;

/// <summary>
/// A namespace is told by the random id that its service gave it. Asked for with each run: a development server that was started anew has the old address
/// and another id, and its workers live on.
/// </summary>
internal sealed class NamespaceIdentity(ITemporalClient client) : IServiceIdentity
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile string? _last;

    public async ValueTask<string> FindAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        try
        {
            var answer = await client.WorkflowService.DescribeNamespaceAsync(
                new DescribeNamespaceRequest { Namespace = client.Options.Namespace }, new RpcOptions { Timeout = Patience, CancellationToken = cancellationToken });
            return _last = $"{client.Options.Namespace}/{answer.NamespaceInfo.Id}";
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException && last is not null && !cancellationToken.IsCancellationRequested)
        {
            // Away for the moment; nothing says that it changed.
            return last;
        }
    }
}
