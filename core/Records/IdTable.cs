using System.Runtime.CompilerServices;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// Ids by code and codes by id; the first id has code 0. Open addressing over slots of 8 bytes: a lookup touches one slot, and the id
/// itself when the slot's tag fits; it allocates nothing. Ids are always compared whole.
/// </summary>
public sealed class IdTable
{
    private const int InitialSlots = 1024;
    private const int InitialArena = 16 * 1024;

    // Ids looked up together: a line of Personalize's default length.
    private const int Batch = 32;

    // Tag (upper half of the id's hash) above code + 1; 0 is a free slot. A slot's place comes from its tag, so growing needs no id.
    private ulong[] _slots = new ulong[InitialSlots];
    private byte[] _arena = new byte[InitialArena];

    // Where ids begin in the arena, and, one further, where the last one ends.
    private int[] _starts = new int[InitialSlots / 2];

    public int Count { get; private set; }

    /// <summary>Bytes of all ids.</summary>
    public int Bytes => _starts[Count];

    /// <summary>The id of a code; valid until the next id is added.</summary>
    public ReadOnlySpan<byte> this[int code]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)code, (uint)Count, nameof(code));
            return IdAt(code);
        }
    }

    /// <summary>The id's code, or -1.</summary>
    public int Find(ReadOnlySpan<byte> id) => Find(id, IdHash.Of(id), out _);

    /// <summary>The id's code; a new one gets the next.</summary>
    public int GetOrAdd(ReadOnlySpan<byte> id) => GetOrAdd(id, IdHash.Of(id));

    /// <param name="hash"><see cref="IdHash.Of"/> the id, where the caller has it already.</param>
    public int GetOrAdd(ReadOnlySpan<byte> id, ulong hash)
    {
        var code = Find(id, hash, out var slot);
        return code >= 0 ? code : Add(id, hash, slot);
    }

    /// <summary>
    /// Codes of several ids. Their slots are fetched in a loop of their own before any id is compared, so that the cache misses,
    /// which are most of a lookup, overlap.
    /// </summary>
    /// <param name="text">What <paramref name="ids"/> cut.</param>
    internal void GetOrAdd(ReadOnlySpan<byte> text, ReadOnlySpan<BatchLineFields.Slice> ids, Span<int> codes)
    {
        Span<ulong> hashes = stackalloc ulong[Batch];
        Span<ulong> slots = stackalloc ulong[Batch];
        Span<int> starts = stackalloc int[Batch];
        for (var first = 0; first < ids.Length; first += Batch)
        {
            var batch = ids.Slice(first, Math.Min(Batch, ids.Length - first));
            for (var i = 0; i < batch.Length; i++)
            {
                hashes[i] = IdHash.Of(batch[i].Of(text));
            }

            var mask = (uint)_slots.Length - 1;
            for (var i = 0; i < batch.Length; i++)
            {
                slots[i] = _slots[(uint)(hashes[i] >> 32) & mask];
            }

            for (var i = 0; i < batch.Length; i++)
            {
                starts[i] = _starts[Math.Max((int)(uint)slots[i] - 1, 0)];
            }

            for (var i = 0; i < batch.Length; i++)
            {
                var id = batch[i].Of(text);
                var isLikely = (uint)(slots[i] >> 32) == (uint)(hashes[i] >> 32) && slots[i] != 0;
                codes[first + i] = isLikely && IdAt((int)(uint)slots[i] - 1, starts[i]).SequenceEqual(id) ? (int)(uint)slots[i] - 1 : GetOrAdd(id, hashes[i]);
            }
        }
    }

    /// <summary>Forgets all ids and keeps the memory.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private int Find(ReadOnlySpan<byte> id, ulong hash, out int slot)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var tag = (uint)(hash >> 32);
        slot = (int)tag & mask;
        while (true)
        {
            var found = slots[slot];
            if (found == 0)
            {
                return -1;
            }

            if ((uint)(found >> 32) == tag)
            {
                var code = (int)(uint)found - 1;
                if (IdAt(code).SequenceEqual(id))
                {
                    return code;
                }
            }

            slot = (slot + 1) & mask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> IdAt(int code) => IdAt(code, _starts[code]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> IdAt(int code, int start) => _arena.AsSpan(start, _starts[code + 1] - start);

    // Cold beside lookups of known ids.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(ReadOnlySpan<byte> id, ulong hash, int slot)
    {
        var code = Count;
        var start = _starts[code];
        var end = checked(start + id.Length);
        if (end > _arena.Length)
        {
            Array.Resize(ref _arena, (int)Math.Min(Math.Max((long)_arena.Length * 2, end), Array.MaxLength));
        }

        if (code + 2 > _starts.Length)
        {
            Array.Resize(ref _starts, _starts.Length * 2);
        }

        id.CopyTo(_arena.AsSpan(start));
        _starts[code + 1] = end;
        _slots[slot] = (hash >> 32 << 32) | (uint)(code + 1);
        Count = code + 1;
        if (Count > _slots.Length / 2)
        {
            Grow();
        }

        return code;
    }

    private void Grow()
    {
        var larger = new ulong[checked(_slots.Length * 2)];
        var mask = larger.Length - 1;
        foreach (var entry in _slots)
        {
            if (entry == 0)
            {
                continue;
            }

            var slot = (int)(uint)(entry >> 32) & mask;
            while (larger[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            larger[slot] = entry;
        }

        _slots = larger;
    }
}
