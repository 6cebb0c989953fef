using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.Intrinsics.X86;

namespace PersonalizeConnectors.Core.Records;

/// <summary>A file mapped for reading; spans of it are valid until it is disposed. The only unsafe code of the project.</summary>
public sealed unsafe class MappedFile : IDisposable
{
    private const int CacheLine = 64;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private MemoryHandle _pinned;

    /// <summary>Maps the whole file.</summary>
    public MappedFile(string path)
        : this(new FileInfo(path).Length, () => MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read))
    {
    }

    /// <summary>Maps all that was written to an open file; the stream stays the caller's.</summary>
    public MappedFile(FileStream file)
        : this(FlushedLength(file), () => MemoryMappedFile.CreateFromFile(file, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true))
    {
    }

    /// <summary>Reads memory as if it were a file; it stays where it is until this is disposed.</summary>
    public MappedFile(Memory<byte> bytes)
    {
        Length = bytes.Length;
        _pinned = bytes.Pin();
        _start = (byte*)_pinned.Pointer;
    }

    private MappedFile(long length, Func<MemoryMappedFile> open)
    {
        Length = length;
        if (Length == 0)
        {
            return;
        }

        _file = open();
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
    }

    public long Length { get; }

    private static long FlushedLength(FileStream file)
    {
        file.Flush();
        return file.Length;
    }

    /// <summary>The bytes there, not copied.</summary>
    /// <exception cref="InvalidDataException">The range leaves the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new InvalidDataException($"Bytes {offset} to {offset + length} lie outside a mapped file of {Length} bytes.");
        }

        return length == 0 ? default : new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Asks for bytes that will be read soon, so that the waits for memory overlap. A hint: nothing happens where the processor has no such thing.</summary>
    public void Prefetch(long offset, int length)
    {
        if (!Sse.IsSupported || offset < 0 || length <= 0 || offset > Length - length)
        {
            return;
        }

        for (var line = _start + offset; line < _start + offset + length; line += CacheLine)
        {
            Sse.Prefetch0(line);
        }
    }

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }

        _pinned.Dispose();
    }
}
