using System.Buffers;
using System.Runtime.CompilerServices;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// The shapes that Personalize writes, without white space, escapes and unknown keys:
/// <c>{"input":{"userId":"…"[,"itemList":[…]]},"output":{"recommendedItems":[…][,"scores":[…]]}[,"error":null]}</c>.
/// Takes nothing that a JSON reader would refuse, and leaves everything else to one.
/// </summary>
internal sealed class CompactBatchLine(bool itemKeyed)
{
    /// <summary>Bytes of the longest score that a staged line can hold.</summary>
    public const int MaxScore = byte.MaxValue;

    // Without these a string ends at the next quote.
    private static readonly SearchValues<byte> EscapesAndControls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'\\']);

    private readonly byte[] _prefix = itemKeyed ? [.. "{\"input\":{\"itemId\":\""u8] : [.. "{\"input\":{\"userId\":\""u8];

    /// <param name="line">Valid UTF-8.</param>
    public bool TryParse(ReadOnlySpan<byte> line, BatchLineFields fields)
    {
        if (!line.StartsWith(_prefix) || line.ContainsAny(EscapesAndControls))
        {
            return false;
        }

        var at = _prefix.Length - 1;
        if (!TryId(line, ref at, out var query))
        {
            return false;
        }

        fields.QueryId = query;
        return (!Take(line, ref at, ",\"itemList\":["u8) || TrySkipStrings(line, ref at))
            && Take(line, ref at, "},\"output\":{\"recommendedItems\":["u8)
            && TryItems(line, ref at, fields)
            && (!Take(line, ref at, ",\"scores\":["u8) || TryScores(line, ref at, fields))
            && Take(line, ref at, "}"u8)
            && (Take(line, ref at, ",\"error\":null}"u8) || Take(line, ref at, "}"u8))
            && at == line.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Take(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> text)
    {
        if (!line[at..].StartsWith(text))
        {
            return false;
        }

        at += text.Length;
        return true;
    }

    private static bool TryItems(ReadOnlySpan<byte> line, ref int at, BatchLineFields fields)
    {
        if (Take(line, ref at, "]"u8))
        {
            return true;
        }

        while (TryId(line, ref at, out var id))
        {
            fields.AddItem(id);
            if (!TryGoOn(line, ref at, out var goOn))
            {
                return false;
            }

            if (!goOn)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TrySkipStrings(ReadOnlySpan<byte> line, ref int at)
    {
        if (Take(line, ref at, "]"u8))
        {
            return true;
        }

        while (TryString(line, ref at, out _))
        {
            if (!TryGoOn(line, ref at, out var goOn))
            {
                return false;
            }

            if (!goOn)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryScores(ReadOnlySpan<byte> line, ref int at, BatchLineFields fields)
    {
        if (Take(line, ref at, "]"u8))
        {
            return true;
        }

        while (TryNumber(line, ref at, out var number))
        {
            fields.AddScore(number);
            if (!TryGoOn(line, ref at, out var goOn))
            {
                return false;
            }

            if (!goOn)
            {
                fields.HasScores = fields.ItemCount > 0;
                return true;
            }
        }

        return false;
    }

    // A comma goes on, a bracket ends the list.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryGoOn(ReadOnlySpan<byte> line, ref int at, out bool goOn)
    {
        var next = (uint)at < (uint)line.Length ? line[at++] : (byte)0;
        goOn = next == ',';
        return goOn || next == ']';
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryString(ReadOnlySpan<byte> line, ref int at, out BatchLineFields.Slice text)
    {
        text = default;
        if ((uint)at >= (uint)line.Length || line[at] != '"')
        {
            return false;
        }

        var length = line[(at + 1)..].IndexOf((byte)'"');
        if (length < 0)
        {
            return false;
        }

        text = new(at + 1, length);
        at += length + 2;
        return true;
    }

    // More bytes than characters allowed may still be few enough characters: the checked path counts them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryId(ReadOnlySpan<byte> line, ref int at, out BatchLineFields.Slice id) =>
        TryString(line, ref at, out id) && id.Length is > 0 and <= IdRule.MaxCharacters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryNumber(ReadOnlySpan<byte> line, ref int at, out BatchLineFields.Slice number)
    {
        var start = at;
        number = default;
        if (Is(line, at, '-'))
        {
            at++;
        }

        if (Is(line, at, '0'))
        {
            at++;
        }
        else if (!TryDigits(line, ref at))
        {
            return false;
        }

        if (Is(line, at, '.'))
        {
            at++;
            if (!TryDigits(line, ref at))
            {
                return false;
            }
        }

        if (Is(line, at, 'E') || Is(line, at, 'e'))
        {
            at++;
            if (Is(line, at, '-') || Is(line, at, '+'))
            {
                at++;
            }

            if (!TryDigits(line, ref at))
            {
                return false;
            }
        }

        number = new(start, at - start);
        return number.Length <= MaxScore;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ReadOnlySpan<byte> line, int at, char character) => (uint)at < (uint)line.Length && line[at] == character;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDigits(ReadOnlySpan<byte> line, ref int at)
    {
        var start = at;
        while ((uint)at < (uint)line.Length && (uint)(line[at] - '0') <= 9)
        {
            at++;
        }

        return at > start;
    }
}
