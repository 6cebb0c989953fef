namespace PersonalizeConnectors.Local.Braze;

/// <summary>
/// One user: attributes as raw JSON bytes. Exists from the first object that created or updated it; before that it only holds the place
/// where requests with this user meet.
/// </summary>
internal sealed class Profile(UserIdentity identity)
{
    private readonly Lock _gate = new();
    private KeyValuePair<string, byte[]>[] _attributes = [];
    private int _count;
    private long _updates;
    private long _unchanged;
    private long _firstSequence;
    private long _lastSequence;
    private int _holders;
    private long _holder;
    private volatile bool _exists;

    public UserIdentity Identity => identity;

    public bool Exists => _exists;

    public Lock Gate => _gate;

    /// <summary>Takes the user for a request. True: another request holds it too.</summary>
    public bool Enter(long sequence)
    {
        lock (_gate)
        {
            var overlaps = _holders > 0 && _holder != sequence;
            _holders++;
            _holder = sequence;
            return overlaps;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _holders--;
        }
    }

    /// <summary>Only with <see cref="Gate"/> held. False: the user is new.</summary>
    public bool Create()
    {
        var existed = _exists;
        _exists = true;
        return existed;
    }

    /// <summary>Only with <see cref="Gate"/> held: counts one applied object.</summary>
    public void OnApplied(long sequence, bool changed)
    {
        _updates++;
        _unchanged += changed ? 0 : 1;
        _firstSequence = _firstSequence == 0 ? sequence : _firstSequence;
        _lastSequence = sequence;
    }

    /// <summary>Only with <see cref="Gate"/> held.</summary>
    public ReadOnlySpan<byte> Get(string name)
    {
        var index = IndexOf(name);
        return index < 0 ? default : _attributes[index].Value;
    }

    /// <summary>Only with <see cref="Gate"/> held. True if it changed something.</summary>
    public bool Set(string name, ReadOnlySpan<byte> json)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            if (_count == _attributes.Length)
            {
                Array.Resize(ref _attributes, Math.Max(4, _count * 2));
            }

            index = _count++;
        }
        else if (json.SequenceEqual(_attributes[index].Value))
        {
            return false;
        }

        _attributes[index] = new(name, json.ToArray());
        return true;
    }

    /// <summary>Only with <see cref="Gate"/> held. True if it was there.</summary>
    public bool Remove(string name)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        _attributes.AsSpan(index + 1, _count - index - 1).CopyTo(_attributes.AsSpan(index));
        _attributes[--_count] = default;
        return true;
    }

    public BrazeProfile Copy()
    {
        lock (_gate)
        {
            var attributes = new KeyValuePair<string, string>[_count];
            for (var i = 0; i < _count; i++)
            {
                attributes[i] = new(_attributes[i].Key, System.Text.Encoding.UTF8.GetString(_attributes[i].Value));
            }

            return new(identity, attributes, _updates, _unchanged, _firstSequence, _lastSequence);
        }
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_attributes[i].Key, name) || _attributes[i].Key == name)
            {
                return i;
            }
        }

        return -1;
    }
}
