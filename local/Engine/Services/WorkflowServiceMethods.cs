using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>The methods of temporal.api.workflowservice.v1 that are carried; all others refuse by name.</summary>
internal static class WorkflowServiceMethods
{
    public static MethodTable Of(TemporalService service)
    {
        var methods = new MethodTable(ServiceReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("WorkflowService"));
        new SystemMethods(service).AddTo(methods);
        new StartMethods(service).AddTo(methods);
        new ExecutionMethods(service).AddTo(methods);
        new WorkflowTaskMethods(service).AddTo(methods);
        new ActivityTaskMethods(service).AddTo(methods);
        new QueryMethods(service).AddTo(methods);
        new HistoryMethods(service).AddTo(methods);
        new DescribeMethods(service).AddTo(methods);
        new VisibilityMethods(service).AddTo(methods);
        return methods;
    }
}
