using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>One line of a rejected part: <c>{"userId":"…","reason":"…","payload":{…}}</c>.</summary>
internal static class RejectedLine
{
    /// <param name="payload">JSON on one line, as it was to be sent.</param>
    public static void Write(ByteWriter target, ReadOnlySpan<byte> userId, string reason, ReadOnlySpan<byte> payload)
    {
        target.WriteRaw("{\"userId\":"u8);
        JsonString.Write(target, userId);
        target.WriteRaw(",\"reason\":"u8);
        JsonString.Write(target, Encoding.UTF8.GetBytes(reason));
        target.WriteRaw(",\"payload\":"u8);
        target.WriteRaw(payload);
        target.WriteRaw("}\n"u8);
    }
}
