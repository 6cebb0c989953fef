using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A text of the service's own, as any SDK reads it.</summary>
internal static class TextPayloads
{
    public static Payloads Of(string text) => new()
    {
        Payloads_ =
        {
            new Payload
            {
                Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
                Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(text)),
            },
        },
    };
}
