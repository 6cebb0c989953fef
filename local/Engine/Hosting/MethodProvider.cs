using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace PersonalizeConnectors.Local.Engine.Hosting;

/// <summary>Marks a gRPC service for the host; its methods are in the <see cref="MethodTable"/> of the same service.</summary>
internal sealed class WorkflowServiceEndpoint;

internal sealed class OperatorServiceEndpoint;

/// <summary>Binds a method table to the host: the SDK brings message types and descriptions, but no server base class.</summary>
internal sealed class MethodProvider<TEndpoint>(TemporalService service, MethodTable methods) : IServiceMethodProvider<TEndpoint>
    where TEndpoint : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TEndpoint> context)
    {
        foreach (var description in methods.Description.Methods)
        {
            var method = new Method<IMessage, IMessage>(
                MethodType.Unary, methods.Description.FullName, description.Name, Marshaller(description.InputType), Marshaller(description.OutputType));
            var carry = methods.Find(description);
            context.AddUnaryMethod(method, [], (_, request, call) => AnswerAsync(description.Name, carry, request, call));
        }
    }

    private async Task<IMessage> AnswerAsync(string name, UnaryServerMethod<IMessage, IMessage> carry, IMessage request, ServerCallContext call)
    {
        try
        {
            if (service.IsStopping)
            {
                // Workers wait a little before they ask again.
                throw new RpcException(new Status(StatusCode.Unavailable, "the embedded engine has ended"));
            }

            CheckNamespace(request);
            return await carry(request, call);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(call.Deadline <= service.Now.UtcDateTime
                ? new Status(StatusCode.DeadlineExceeded, "context deadline exceeded")
                : new Status(StatusCode.Cancelled, "context canceled"));
        }
        catch (Exception e) when (e is not RpcException)
        {
            service.Report(e);
            throw new RpcException(new Status(StatusCode.Internal, $"{name} failed inside the embedded engine: {e.Message}"));
        }
    }

    private void CheckNamespace(IMessage request)
    {
        if (request.Descriptor.FindFieldByName("namespace") is { FieldType: FieldType.String } field
            && field.Accessor.GetValue(request) is string { Length: > 0 } name && name != service.Namespace)
        {
            throw Faults.NamespaceNotFound(name);
        }
    }

    private static Marshaller<IMessage> Marshaller(MessageDescriptor type) => Marshallers.Create<IMessage>(
        (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => type.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
