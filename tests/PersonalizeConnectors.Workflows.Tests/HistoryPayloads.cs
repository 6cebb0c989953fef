using System.Collections;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace PersonalizeConnectors.Workflows.Tests;

internal static class HistoryPayloads
{
    /// <summary>Every payload anywhere in a message: inputs, results, details, memo, search attributes, summaries.</summary>
    public static IEnumerable<Payload> Of(IMessage message)
    {
        if (message is Payload payload)
        {
            return [payload];
        }

        return message.Descriptor.Fields.InFieldNumberOrder().SelectMany(field => field.Accessor.GetValue(message) switch
        {
            IMessage child => Of(child),
            IDictionary map => map.Values.OfType<IMessage>().SelectMany(Of),
            string or ByteString => [],
            IEnumerable list => list.OfType<IMessage>().SelectMany(Of),
            _ => [],
        });
    }
}
