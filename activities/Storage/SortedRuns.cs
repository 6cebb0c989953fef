using System.Runtime.InteropServices;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Sorts any number of entries in fixed memory: a full buffer goes to scratch as a sorted run, and <see cref="Read"/> merges the runs.
/// </summary>
/// <param name="createFile">Asked for a scratch file when the first buffer is full.</param>
/// <param name="capacity">Entries held in memory.</param>
internal sealed class SortedRuns<T>(Func<FileStream> createFile, int capacity = SortedRuns<T>.DefaultCapacity) : IDisposable
    where T : unmanaged, IComparable<T>
{
    public const int DefaultCapacity = 512 * 1024;

    private const int FirstSize = 1024;

    // Entries of a run that are read at once, at least.
    private const int FewestRead = 128;

    private readonly List<Run> _runs = [];
    private ulong[] _keys = new ulong[Math.Min(FirstSize, capacity)];
    private T[] _values = new T[Math.Min(FirstSize, capacity)];
    private FileStream? _file;
    private int _count;

    public void Add(ulong key, T value)
    {
        if (_count == _keys.Length)
        {
            MakeRoom();
        }

        _keys[_count] = key;
        _values[_count++] = value;
    }

    /// <summary>All entries by key, those of one key by value; once, when all are added.</summary>
    public IEnumerable<KeyValuePair<ulong, T>> Read() => _runs.Count == 0 ? ReadMemory() : Merge();

    public void Dispose() => _file?.Dispose();

    private void MakeRoom()
    {
        if (_count == capacity)
        {
            Spill();
            return;
        }

        var size = (int)Math.Min((long)_count * 2, capacity);
        Array.Resize(ref _keys, size);
        Array.Resize(ref _values, size);
    }

    private void Spill()
    {
        _file ??= createFile();
        Sort();
        _runs.Add(new(_file.Position, _count));
        _file.Write(MemoryMarshal.AsBytes(_keys.AsSpan(0, _count)));
        _file.Write(MemoryMarshal.AsBytes(_values.AsSpan(0, _count)));
        _count = 0;
    }

    // Sorting plain numbers is several times as fast as sorting by a comparison; only entries of equal keys need one.
    private void Sort()
    {
        var keys = _keys.AsSpan(0, _count);
        keys.Sort(_values.AsSpan(0, _count));
        for (var first = 0; first < keys.Length;)
        {
            var end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                _values.AsSpan(first, end - first).Sort();
            }

            first = end;
        }
    }

    private IEnumerable<KeyValuePair<ulong, T>> ReadMemory()
    {
        Sort();
        for (var i = 0; i < _count; i++)
        {
            yield return new(_keys[i], _values[i]);
        }
    }

    private IEnumerable<KeyValuePair<ulong, T>> Merge()
    {
        Spill();
        _file!.Flush();
        (_keys, _values) = ([], []);
        var next = new PriorityQueue<Cursor, KeyValuePair<ulong, T>>(Comparer<KeyValuePair<ulong, T>>.Create(
            (a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : a.Value.CompareTo(b.Value)));
        foreach (var run in _runs.Where(run => run.Count > 0))
        {
            var cursor = new Cursor(_file, run, Math.Max(FewestRead, capacity / _runs.Count));
            next.Enqueue(cursor, cursor.Next());
        }

        while (next.TryPeek(out var cursor, out var entry))
        {
            yield return entry;
            if (cursor.IsAtEnd)
            {
                next.Dequeue();
            }
            else
            {
                next.DequeueEnqueue(cursor, cursor.Next());
            }
        }
    }

    /// <summary>In the file: all keys, then all values.</summary>
    private readonly record struct Run(long Start, int Count);

    private sealed class Cursor(FileStream file, Run run, int size)
    {
        private readonly ulong[] _keys = new ulong[Math.Min(size, run.Count)];
        private readonly T[] _values = new T[Math.Min(size, run.Count)];
        private int _read;
        private int _filled;
        private int _next;

        public bool IsAtEnd => _next == _filled && _read == run.Count;

        public KeyValuePair<ulong, T> Next()
        {
            if (_next == _filled)
            {
                Fill();
            }

            return new(_keys[_next], _values[_next++]);
        }

        private void Fill()
        {
            _filled = Math.Min(_keys.Length, run.Count - _read);
            _next = 0;
            var keys = MemoryMarshal.AsBytes(_keys.AsSpan(0, _filled));
            var values = MemoryMarshal.AsBytes(_values.AsSpan(0, _filled));
            Fill(keys, run.Start + ((long)_read * sizeof(ulong)));
            Fill(values, run.Start + ((long)run.Count * sizeof(ulong)) + ((long)_read * values.Length / _filled));
            _read += _filled;
        }

        private void Fill(Span<byte> bytes, long offset)
        {
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(file.SafeFileHandle, bytes, offset);
                bytes = bytes[(read > 0 ? read : throw new InvalidDataException("A scratch file is shorter than what was written to it."))..];
                offset += read;
            }
        }
    }
}
