using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// One line of a retraction part: a user whom the state calls accepted, since the queue took the update, and whom the destination then did not accept.
/// <c>{"userId":"…","operation":"set","reason":"…","payload":{…}}</c>
/// </summary>
/// <param name="IsClear">The update was to clear the user.</param>
public sealed record Retraction(byte[] UserId, bool IsClear)
{
    private const string Set = "set";
    private const string Clear = "clear";

    /// <param name="payload">JSON on one line, as it was to be sent.</param>
    public static void Write(ByteWriter target, ReadOnlySpan<byte> userId, UpdateOperation operation, string reason, ReadOnlySpan<byte> payload)
    {
        target.WriteRaw("{\"userId\":"u8);
        JsonString.Write(target, userId);
        target.WriteRaw(operation == UpdateOperation.Clear ? ",\"operation\":\"clear\",\"reason\":"u8 : ",\"operation\":\"set\",\"reason\":"u8);
        JsonString.Write(target, Encoding.UTF8.GetBytes(reason));
        target.WriteRaw(",\"payload\":"u8);
        target.WriteRaw(payload.IsEmpty ? "null"u8 : payload);
        target.WriteRaw("}\n"u8);
    }

    /// <exception cref="InvalidDataException">No such line.</exception>
    public static Retraction Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var operation = document.RootElement.GetProperty("operation").GetString();
            return operation is Set or Clear
                ? new(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("userId").GetString()!), operation == Clear)
                : throw new InvalidDataException($"A retraction has the operation \"{operation}\".");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            throw new InvalidDataException("A line of a retraction part cannot be read.", e);
        }
    }
}
