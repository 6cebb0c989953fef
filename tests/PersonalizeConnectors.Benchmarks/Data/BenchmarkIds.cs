namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>Ids of the shape of a UUID, 36 characters, a pure function of seed and number: nothing has to be kept to write the same one again.</summary>
internal static class BenchmarkIds
{
    public const int Length = 36;

    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    public static void WriteUser(Span<byte> target, ulong seed, long number) => Write(target, Mix(seed ^ 0x75736572), number);

    public static void WriteItem(Span<byte> target, ulong seed, long number) => Write(target, Mix(seed ^ 0x6974656D), number);

    /// <summary>SplitMix64's last step: well mixed bits of any number.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static void Write(Span<byte> target, ulong seed, long number)
    {
        var high = Mix(seed + (ulong)number);
        var low = Mix(high ^ seed);
        for (int digit = 0, at = 0; digit < 32; digit++)
        {
            if (at is 8 or 13 or 18 or 23)
            {
                target[at++] = (byte)'-';
            }

            var half = digit < 16 ? high : low;
            target[at++] = Digits[(int)(half >> (60 - (digit % 16 * 4))) & 15];
        }
    }
}
