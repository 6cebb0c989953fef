using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Failure.V1;

namespace PersonalizeConnectors.Local.Engine.Hosting;

/// <summary>Refusals as a Temporal service words them; the SDK reads the details.</summary>
internal static class Faults
{
    public static RpcException NotFound(string message) => Of(StatusCode.NotFound, message, new NotFoundFailure());

    public static RpcException InvalidArgument(string message) => Of(StatusCode.InvalidArgument, message, null);

    public static RpcException NamespaceNotFound(string name) =>
        Of(StatusCode.NotFound, $"Namespace {name} is not found.", new NamespaceNotFoundFailure { Namespace = name });

    public static RpcException AlreadyStarted(string message, string requestId, string runId, string firstRunId) =>
        Of(StatusCode.AlreadyExists, message, new WorkflowExecutionAlreadyStartedFailure { StartRequestId = requestId, RunId = runId, FirstExecutionRunId = firstRunId });

    public static RpcException QueryFailed(string message, Failure? failure) =>
        Of(StatusCode.InvalidArgument, message, new QueryFailedFailure { Failure = failure });

    public static RpcException NotReady(string message) => Of(StatusCode.FailedPrecondition, message, new WorkflowNotReadyFailure());

    public static RpcException NotCarried(string method) => Of(
        StatusCode.Unimplemented, $"the embedded engine does not carry {method}; use a Temporal service: set TEMPORAL_ADDRESS", null);

    private static RpcException Of(StatusCode code, string message, IMessage? detail)
    {
        var trailers = new Metadata();
        if (detail is not null)
        {
            trailers.Add("grpc-status-details-bin", StatusWithDetail(code, message, Any.Pack(detail)));
        }

        return new RpcException(new Status(code, message), trailers);
    }

    // google.rpc.Status: code = 1, message = 2, details = 3. Its generated class comes with no package of ours.
    private static byte[] StatusWithDetail(StatusCode code, string message, Any detail)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32((int)code);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(message);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(detail);
        }

        return bytes.ToArray();
    }
}
