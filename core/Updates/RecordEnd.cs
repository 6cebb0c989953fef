using System.Globalization;
using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Updates;

/// <summary>What all records of a run have behind their recommendations: <c>"jobInfo":{…}</c>, and <c>"syncDirectives":{…}</c> where there are any.</summary>
public static class RecordEnd
{
    /// <summary>Value of <c>operation</c> in the directives of a message that clears a user.</summary>
    public const string Clear = "clear";

    /// <summary>Name of the directive that says so; messages alone have it.</summary>
    public const string Operation = "operation";

    public const string AttributePrefix = "attributePrefix";

    public const string OtherAttributes = "otherAttributes";

    /// <param name="operation">What else than to set the recommendations; null in records that set them.</param>
    public static byte[] Of(string jobName, DateTimeOffset startedAt, ConnectorConfiguration connector, string? operation = null)
    {
        using var target = new ByteWriter(1024);
        target.WriteRaw("\"jobInfo\":{\"name\":"u8);
        WriteText(target, jobName);
        target.WriteRaw(",\"runDateTime\":"u8);
        WriteText(target, startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        target.WriteByte((byte)'}');
        WriteDirectives(target, connector, operation);
        target.WriteByte((byte)'}');
        return target.Written.ToArray();
    }

    private static void WriteDirectives(ByteWriter target, ConnectorConfiguration connector, string? operation)
    {
        var start = target.Length;
        if (connector.AttributePrefixIsSet)
        {
            WriteMember(target, start, AttributePrefix);
            WriteText(target, connector.AttributePrefix);
        }

        if (connector.OtherAttributes.Count > 0)
        {
            WriteMember(target, start, OtherAttributes);
            for (var i = 0; i < connector.OtherAttributes.Count; i++)
            {
                var (name, value) = connector.OtherAttributes[i];
                target.WriteByte(i == 0 ? (byte)'{' : (byte)',');
                WriteText(target, name);
                target.WriteByte((byte)':');
                JsonString.WriteCompact(target, Encoding.UTF8.GetBytes(value));
            }

            target.WriteByte((byte)'}');
        }

        if (operation is not null)
        {
            WriteMember(target, start, Operation);
            WriteText(target, operation);
        }

        if (target.Length > start)
        {
            target.WriteByte((byte)'}');
        }
    }

    private static void WriteMember(ByteWriter target, int start, string name)
    {
        target.WriteRaw(target.Length == start ? ",\"syncDirectives\":{"u8 : ","u8);
        WriteText(target, name);
        target.WriteByte((byte)':');
    }

    private static void WriteText(ByteWriter target, string text) => JsonString.Write(target, Encoding.UTF8.GetBytes(text));
}
