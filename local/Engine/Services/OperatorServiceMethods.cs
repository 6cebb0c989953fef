using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.OperatorService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Search attributes: list, add, remove.</summary>
internal static class OperatorServiceMethods
{
    public static MethodTable Of(TemporalService service) =>
        new MethodTable(ServiceReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("OperatorService"))
            .Add<ListSearchAttributesRequest, ListSearchAttributesResponse>(_ => service.Do(() => new ListSearchAttributesResponse
            {
                CustomAttributes = { service.SearchAttributes.Custom.ToDictionary() },
                SystemAttributes = { service.SearchAttributes.System.ToDictionary() },
            }))
            .Add<AddSearchAttributesRequest, AddSearchAttributesResponse>(request => service.Do(() =>
            {
                foreach (var (name, type) in request.SearchAttributes)
                {
                    service.SearchAttributes.Add(name, type);
                }

                return new AddSearchAttributesResponse();
            }))
            .Add<RemoveSearchAttributesRequest, RemoveSearchAttributesResponse>(request => service.Do(() =>
            {
                foreach (var name in request.SearchAttributes)
                {
                    service.SearchAttributes.Remove(name);
                }

                return new RemoveSearchAttributesResponse();
            }));
}
