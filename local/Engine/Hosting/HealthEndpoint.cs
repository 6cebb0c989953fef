using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace PersonalizeConnectors.Local.Engine.Hosting;

internal sealed class HealthEndpoint;

/// <summary>grpc.health.v1: always serving. On the wire its messages look like the well-known wrappers used here.</summary>
internal sealed class HealthMethods : IServiceMethodProvider<HealthEndpoint>
{
    private const int Serving = 1;

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<HealthEndpoint> context) => context.AddUnaryMethod(
        new Method<StringValue, Int32Value>(
            MethodType.Unary, "grpc.health.v1.Health", "Check",
            Marshallers.Create(m => Google.Protobuf.MessageExtensions.ToByteArray(m), StringValue.Parser.ParseFrom),
            Marshallers.Create(m => Google.Protobuf.MessageExtensions.ToByteArray(m), Int32Value.Parser.ParseFrom)),
        [],
        (_, _, _) => Task.FromResult(new Int32Value { Value = Serving }));
}
