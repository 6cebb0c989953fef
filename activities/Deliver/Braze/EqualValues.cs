using System.IO.Hashing;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Says whether a value came before in the same list. Open addressing over hashes; begins a list without clearing.</summary>
internal sealed class EqualValues
{
    private ulong[] _hashes = new ulong[64];
    private int[] _lists = new int[64];
    private int _list;

    /// <summary>Begins a list of at most so many values.</summary>
    public void Begin(int values)
    {
        if (values * 2 > _hashes.Length)
        {
            var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(values * 2));
            _hashes = new ulong[size];
            _lists = new int[size];
            _list = 0;
        }

        _list++;
    }

    /// <summary>True where the list had the value already.</summary>
    public bool Add(ReadOnlySpan<byte> value)
    {
        var hash = XxHash3.HashToUInt64(value);
        var mask = _hashes.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            if (_lists[slot] != _list)
            {
                _lists[slot] = _list;
                _hashes[slot] = hash;
                return false;
            }

            if (_hashes[slot] == hash)
            {
                return true;
            }
        }
    }
}
