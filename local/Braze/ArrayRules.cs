using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Braze's arrays of plain values are ordered sets with a greatest length.</summary>
internal static class ArrayRules
{
    /// <summary>What Braze keeps of an array of plain values.</summary>
    public static byte[] Kept(IEnumerable<JsonElement> values, BrazeSettings settings)
    {
        var kept = new List<(string Key, byte[] Json)>();
        foreach (var value in values)
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            var json = JsonMarshal.GetRawUtf8Value(value).ToArray();
            var key = value.ValueKind == JsonValueKind.String ? "s" + value.GetString() : "v" + Encoding.UTF8.GetString(json);
            var earlier = kept.FindIndex(other => other.Key == key);
            if (earlier >= 0 && settings.RepeatedValues == RepeatedValues.KeepFirst)
            {
                continue;
            }

            if (earlier >= 0)
            {
                kept.RemoveAt(earlier);
            }

            kept.Add((key, json));
        }

        var writer = new MemoryStream();
        writer.WriteByte((byte)'[');
        foreach (var (_, json) in kept.Take(settings.Limits.MaxArrayValues))
        {
            if (writer.Length > 1)
            {
                writer.WriteByte((byte)',');
            }

            writer.Write(json);
        }

        writer.WriteByte((byte)']');
        return writer.ToArray();
    }

    /// <summary>
    /// True: the array's own bytes are what Braze keeps. False: look closely. The marks of two values differ only if the values do,
    /// so that nothing is decoded in the usual case.
    /// </summary>
    public static bool IsKeptAsSent(JsonElement array, BrazeLimits limits)
    {
        var length = array.GetArrayLength();
        if (length > limits.MaxArrayValues || length > 512)
        {
            return false;
        }

        Span<ulong> marks = stackalloc ulong[512];
        var count = 0;
        foreach (var value in array.EnumerateArray())
        {
            var raw = JsonMarshal.GetRawUtf8Value(value);
            var mark = Mark(raw);
            if (value.ValueKind == JsonValueKind.Null || marks[..count].Contains(mark) || raw.Contains((byte)'\\'))
            {
                return false;
            }

            marks[count++] = mark;
        }

        return true;
    }

    private static ulong Mark(ReadOnlySpan<byte> raw)
    {
        const ulong First = 0x9E3779B97F4A7C15, Second = 0xC2B2AE3D27D4EB4F;
        if (raw.Length < 8)
        {
            ulong few = 0;
            foreach (var value in raw)
            {
                few = (few << 8) | value;
            }

            return (few * First) ^ (ulong)raw.Length;
        }

        var start = BinaryPrimitives.ReadUInt64LittleEndian(raw) * First;
        var end = BinaryPrimitives.ReadUInt64LittleEndian(raw[^8..]) * Second;
        return BitOperations.RotateLeft(start, 31) ^ end ^ (ulong)raw.Length;
    }
}
