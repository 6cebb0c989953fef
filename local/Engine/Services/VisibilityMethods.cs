using System.Globalization;
using Google.Protobuf;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using PersonalizeConnectors.Local.Engine.Visibility;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Finding workflows by a query; the latest first.</summary>
internal sealed class VisibilityMethods(TemporalService service)
{
    private const int DefaultPageSize = 1000;

    public void AddTo(MethodTable methods) => methods
        .Add<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(request => service.Do(() => List(request)))
        .Add<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>(request => service.Do(() =>
            new CountWorkflowExecutionsResponse { Count = Find(request.Query).Count() }));

    private ListWorkflowExecutionsResponse List(ListWorkflowExecutionsRequest request)
    {
        var size = request.PageSize > 0 ? request.PageSize : DefaultPageSize;
        var skip = request.NextPageToken.Length > 0 ? int.Parse(request.NextPageToken.ToStringUtf8(), CultureInfo.InvariantCulture) : 0;
        var found = Find(request.Query)
            .OrderByDescending(e => e.CloseTime ?? DateTimeOffset.MaxValue).ThenByDescending(e => e.StartTime)
            .Skip(skip).Take(size + 1).ToList();
        return new ListWorkflowExecutionsResponse
        {
            Executions = { found.Take(size).Select(ExecutionInfos.Of) },
            NextPageToken = found.Count > size ? ByteString.CopyFromUtf8((skip + size).ToString(CultureInfo.InvariantCulture)) : ByteString.Empty,
        };
    }

    private IEnumerable<Execution> Find(string query)
    {
        try
        {
            var condition = VisibilityQuery.Parse(query, service.SearchAttributes.TypeOf);
            return service.Executions.All.Where(e => condition(new ExecutionFields(e)));
        }
        catch (FormatException e)
        {
            throw Faults.InvalidArgument($"invalid query: {e.Message}");
        }
    }
}
