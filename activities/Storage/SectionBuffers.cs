using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>One buffer a section, written out as blocks whenever all together hold more than their limit.</summary>
/// <param name="sections">Number of sections.</param>
/// <param name="limit">Bytes of all buffers.</param>
internal sealed class SectionBuffers(SectionedWriter target, int sections, long limit) : IDisposable
{
    private readonly ByteWriter?[] _buffers = new ByteWriter?[sections];
    private readonly long[] _items = new long[sections];
    private int _lengthBefore;
    private long _bytes;

    /// <summary>Time to flush.</summary>
    public bool IsFull => _bytes > limit;

    /// <summary>The section's buffer, to append one item to; <see cref="End"/> counts it.</summary>
    public ByteWriter Begin(int section)
    {
        var buffer = _buffers[section] ??= new ByteWriter();
        _lengthBefore = buffer.Length;
        return buffer;
    }

    public void End(int section)
    {
        _items[section]++;
        _bytes += _buffers[section]!.Length - _lengthBefore;
    }

    /// <summary>Writes every buffer that holds something, in the order of sections.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        for (var section = 0; section < _buffers.Length; section++)
        {
            if (_buffers[section] is { Length: > 0 } buffer)
            {
                await target.WriteAsync(section, buffer.WrittenMemory, _items[section], cancellationToken);
                buffer.Clear();
                _items[section] = 0;
            }
        }

        _bytes = 0;
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }
}
