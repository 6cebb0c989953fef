using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>A profile as one line of JSON; attribute values keep their bytes.</summary>
internal static class ProfileJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Line(BrazeProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteIdentity(json, profile.Identity);
            json.WriteStartObject("attributes");
            foreach (var (name, value) in profile.Attributes)
            {
                json.WritePropertyName(name);

                // A line feed as sent can only stand between tokens.
                json.WriteRawValue(value.Replace('\n', ' '), skipInputValidation: true);
            }

            json.WriteEndObject();
            json.WriteNumber("updates", profile.Updates);
            json.WriteNumber("unchangedUpdates", profile.UnchangedUpdates);
            json.WriteNumber("firstSequence", profile.FirstSequence);
            json.WriteNumber("lastSequence", profile.LastSequence);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteIdentity(Utf8JsonWriter json, UserIdentity identity)
    {
        if (identity.Kind == IdentifierKind.UserAlias)
        {
            var parts = identity.Key.Split('\n', 2);
            json.WriteStartObject("user_alias");
            json.WriteString("alias_name", parts[1]);
            json.WriteString("alias_label", parts[0]);
            json.WriteEndObject();
            return;
        }

        var name = identity.Kind switch
        {
            IdentifierKind.ExternalId => "external_id",
            IdentifierKind.BrazeId => "braze_id",
            IdentifierKind.Email => "email",
            _ => "phone",
        };
        json.WriteString(name, identity.Key);
    }
}
