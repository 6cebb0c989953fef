using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace PersonalizeConnectors.Local.Engine.Hosting;

/// <summary>Which methods of a gRPC service are carried. Those of its description that are not answer UNIMPLEMENTED, by name.</summary>
internal sealed class MethodTable(ServiceDescriptor description)
{
    private readonly Dictionary<string, UnaryServerMethod<IMessage, IMessage>> _carried = [];

    public ServiceDescriptor Description => description;

    public MethodTable Add<TRequest, TResponse>(Func<TRequest, ServerCallContext, Task<TResponse>> method)
        where TRequest : IMessage
        where TResponse : class, IMessage
    {
        var name = description.Methods.Single(m => m.InputType.ClrType == typeof(TRequest)).Name;
        _carried.Add(name, async (request, context) => await method((TRequest)request, context));
        return this;
    }

    public MethodTable Add<TRequest, TResponse>(Func<TRequest, TResponse> method)
        where TRequest : IMessage
        where TResponse : class, IMessage =>
        Add<TRequest, TResponse>((request, _) => Task.FromResult(method(request)));

    public UnaryServerMethod<IMessage, IMessage> Find(MethodDescriptor method) =>
        _carried.GetValueOrDefault(method.Name) ?? ((_, _) => Task.FromException<IMessage>(Faults.NotCarried(method.Name)));
}
