using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Rendered items in scratch, and in memory where each one stands.</summary>
internal sealed class RenderedItems(FileStream file, int count) : IAsyncDisposable
{
    /// <summary>Rendered bytes kept in memory before they go to scratch.</summary>
    private const int FlushAt = 256 * 1024;

    private readonly ByteWriter _pending = new(FlushAt + (64 * 1024));
    private readonly Place[] _places = new Place[count];
    private long _written;

    public int Known { get; private set; }

    /// <summary>Where the next item goes; end each with <see cref="Rendered"/>.</summary>
    public ByteWriter Target => _pending;

    public bool IsKnown(int item) => _places[item].Length > 0;

    public Fingerprint HashOf(int item) => _places[item].Hash;

    /// <summary>What was written to <see cref="Target"/> from <paramref name="start"/> on is this item; it replaces an earlier one.</summary>
    public void Rendered(int item, int start, Fingerprint hash)
    {
        Known += IsKnown(item) ? 0 : 1;
        _places[item] = new(_written + start, _pending.Length - start, hash);
    }

    /// <summary>Empties the buffer where it is full.</summary>
    public async ValueTask FlushAsync(bool whole, CancellationToken cancellationToken)
    {
        if (_pending.Length < FlushAt && !whole)
        {
            return;
        }

        await file.WriteAsync(_pending.WrittenMemory, cancellationToken);
        _written += _pending.Length;
        _pending.Clear();
        if (whole)
        {
            await file.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Appends a known item; everything must have been flushed whole.</summary>
    public void CopyTo(int item, ByteWriter target)
    {
        var place = _places[item];
        var bytes = target.GetSpan(place.Length)[..place.Length];
        for (var read = 0; read < bytes.Length;)
        {
            var got = RandomAccess.Read(file.SafeFileHandle, bytes[read..], place.Offset + read);
            read += got > 0 ? got : throw new InvalidDataException("A scratch file of rendered items is shorter than what was written to it.");
        }

        target.Advance(bytes.Length);
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Dispose();
        await file.DisposeAsync();
    }

    private readonly record struct Place(long Offset, int Length, Fingerprint Hash);
}
