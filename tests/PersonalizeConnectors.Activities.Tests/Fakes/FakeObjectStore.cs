using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>An object store in memory that keeps the whole contract.</summary>
internal sealed class FakeObjectStore(TimeProvider? clock = null) : IObjectStore
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<string, Stored> _items = ImmutableSortedDictionary.Create<string, Stored>(Utf8Order.Instance);
    private int _version;

    public string Address => "fake://root";

    /// <summary>Keys in listing order.</summary>
    public IReadOnlyList<string> Keys => [.. _items.Keys];

    /// <summary>Called before every operation with its name and key; throw to make it fail.</summary>
    public Action<string, string>? OnCall { get; set; }

    /// <summary>Called after every commit with its key; throw to lose the answer.</summary>
    public Action<string>? OnCommitted { get; set; }

    public byte[] this[string key] => _items[key].Content;

    public void Put(string key, ReadOnlySpan<byte> content, DateTimeOffset? modified = null) => Store(key, content.ToArray(), PutCondition.None, modified);

    public void Put(string key, string content, DateTimeOffset? modified = null) => Put(key, Encoding.UTF8.GetBytes(content), modified);

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        OnCall?.Invoke("list", prefix);
        await Task.Yield();
        foreach (var (key, stored) in _items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return stored.Entry(key);
            }
        }
    }

    public Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        OnCall?.Invoke("find", key);
        return Task.FromResult(_items.TryGetValue(key, out var stored) ? stored.Entry(key) : null);
    }

    public Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        OnCall?.Invoke("open", key);
        if (!_items.TryGetValue(key, out var stored))
        {
            throw new ObjectNotFoundException($"{Address}/{key} does not exist.");
        }

        if (ifETag is not null && ifETag != stored.ETag)
        {
            throw new ObjectChangedException($"{Address}/{key} changed.");
        }

        var start = (int)Math.Min(range.Offset, stored.Content.Length);
        var length = (int)Math.Min(range.Length ?? long.MaxValue, stored.Content.Length - start);
        return Task.FromResult<Stream>(new MemoryStream(stored.Content, start, length, writable: false));
    }

    public Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        OnCall?.Invoke("create", key);
        return Task.FromResult<ObjectWriter>(new Writer(this, key, condition));
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        OnCall?.Invoke("delete", key);
        lock (_gate)
        {
            _items = _items.Remove(key);
        }

        return Task.CompletedTask;
    }

    private ObjectEntry Store(string key, byte[] content, PutCondition condition, DateTimeOffset? modified = null)
    {
        lock (_gate)
        {
            _items.TryGetValue(key, out var current);
            var holds = condition switch
            {
                PutCondition.Absent => current is null,
                PutCondition.Unchanged unchanged => current?.ETag == unchanged.ETag,
                _ => true,
            };
            if (!holds)
            {
                throw new PutConflictException($"{Address}/{key} is another object by now.");
            }

            var stored = new Stored(content, (++_version).ToString(CultureInfo.InvariantCulture), modified ?? _clock.GetUtcNow());
            _items = _items.SetItem(key, stored);
            return stored.Entry(key);
        }
    }

    private sealed record Stored(byte[] Content, string ETag, DateTimeOffset Modified)
    {
        public ObjectEntry Entry(string key) => new(key, Content.Length, ETag, Modified);
    }

    private sealed class Writer(FakeObjectStore store, string key, PutCondition condition) : ObjectWriter
    {
        private readonly MemoryStream _content = new();

        public override Stream Stream => _content;

        public override Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken)
        {
            store.OnCall?.Invoke("commit", key);
            var entry = store.Store(key, _content.ToArray(), condition);
            store.OnCommitted?.Invoke(key);
            return Task.FromResult(entry);
        }

        public override ValueTask DisposeAsync() => _content.DisposeAsync();
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static Utf8Order Instance { get; } = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
