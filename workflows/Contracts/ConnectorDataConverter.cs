using System.Text.Json;
using Temporalio.Converters;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>The one converter of all clients, workers, tests and replayers.</summary>
public static class ConnectorDataConverter
{
    /// <summary>Web defaults: camelCase out, any case in. The SDK's own default would read <c>{"jobPath":…}</c> as null without an error.</summary>
    public static DataConverter Instance { get; } = DataConverter.Default with
    {
        PayloadConverter = new DefaultPayloadConverter(new JsonSerializerOptions(JsonSerializerDefaults.Web)),
    };
}
