using System.Text.Encodings.Web;
using System.Text.Json;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>The one converter of all clients, workers, tests and replayers.</summary>
public static class ConnectorDataConverter
{
    /// <summary>Payloads are no HTML: a text in another script takes half the bytes as itself, and a person can read it in the Web UI.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Web defaults: camelCase out, any case in. The SDK's own default would read <c>{"jobPath":…}</c> as null without an error.</summary>
    public static DataConverter Instance { get; } = DataConverter.Default with
    {
        PayloadConverter = new LenientPayloadConverter(new DefaultPayloadConverter(new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = Encoder,
        })),
    };

    // An input comes from anywhere. Where it cannot be read at all, reading it must not fail either: that would hang the workflow.
    private sealed class LenientPayloadConverter(IPayloadConverter converter) : IPayloadConverter
    {
        public Payload ToPayload(object? value) => converter.ToPayload(value);

        public object? ToValue(Payload payload, Type type)
        {
            try
            {
                return converter.ToValue(payload, type);
            }
            catch (Exception) when (Unreadable(type) is { } input)
            {
                return input;
            }
        }

        // Each says or lacks what makes its workflow refuse it by name.
        private static object? Unreadable(Type type) =>
            type == typeof(ConnectorJobInput) ? new ConnectorJobInput { Malformed = ["the input is no JSON that can be read"] }
            : type == typeof(QueueDrainInput) ? new QueueDrainInput()
            : type == typeof(OutputWatchInput) ? new OutputWatchInput()
            : null;
    }
}
