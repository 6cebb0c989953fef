using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Writes the body of <c>/users/track</c>: <c>{"attributes":[…]}</c>.</summary>
internal static class BrazeRequestWriter
{
    private static ReadOnlySpan<byte> Start => "{\"attributes\":["u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    /// <summary>Bytes beside the payloads' own.</summary>
    public static int Overhead(int payloads) => Start.Length + End.Length + Math.Max(0, payloads - 1);

    public static void Write(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body)
    {
        body.WriteRaw(Start);
        for (var i = 0; i < payloads.Length; i++)
        {
            if (i > 0)
            {
                body.WriteByte((byte)',');
            }

            body.WriteRaw(source.Slice(payloads[i].Start, payloads[i].Length));
        }

        body.WriteRaw(End);
    }
}
