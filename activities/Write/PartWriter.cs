using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Write;

/// <summary>Cuts a shard's records into gzip members and parts; a user's records stay together.</summary>
/// <param name="keyOf">The key of the shard's n-th part.</param>
/// <param name="partSize">A part that is as long ends with the user at hand.</param>
internal sealed class PartWriter(IObjectStore store, Func<int, string> keyOf, long partSize = PartWriter.PartSize) : IAsyncDisposable
{
    /// <summary>Users of a gzip member: some megabytes of records, so that a member costs next to nothing in size and can be read alone in a moment.</summary>
    public const int UsersPerMember = 1000;

    /// <summary>Compressed bytes of a part: few enough objects at any size, and each is read, or sent again, in seconds.</summary>
    public const long PartSize = 64L * 1024 * 1024;

    /// <summary>What the compressor gets at once; smaller pieces cost a third of its speed, larger ones leave the processor's cache.</summary>
    private const int PieceSize = 64 * 1024;

    /// <summary>Compressed bytes in memory before they go to the store.</summary>
    private const int SendAt = 256 * 1024;

    private readonly ByteWriter _records = new(PieceSize * 2);
    private readonly CompressedBuffer _compressed = new();
    private readonly List<WrittenPart> _parts = [];
    private readonly List<PartMember> _members = [];
    private ObjectWriter? _part;
    private GZipStream? _member;
    private long _sent;
    private long _memberStart;
    private int _memberUsers;
    private long _memberRecords;

    public long Records { get; private set; }

    public long Bytes => _parts.Sum(p => p.Size);

    public PartList Parts => new(_parts);

    /// <summary>Where the records of the next user go, a line each; end each record with <see cref="Recorded"/>, the user with <see cref="EndUserAsync"/>.</summary>
    public ByteWriter Target => _records;

    private long PartLength => _sent + _compressed.Length;

    /// <summary>A record is complete.</summary>
    public void Recorded()
    {
        _memberRecords++;
        Records++;
        if (_records.Length >= PieceSize)
        {
            Compress();
        }
    }

    public async ValueTask EndUserAsync(CancellationToken cancellationToken)
    {
        _memberUsers++;
        if (_compressed.Length >= SendAt)
        {
            await SendAsync(cancellationToken);
        }

        if (_memberUsers == UsersPerMember || PartLength >= partSize)
        {
            EndMember();
        }

        if (PartLength >= partSize)
        {
            await EndPartAsync(cancellationToken);
        }
    }

    /// <summary>Ends the last part.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        EndMember();
        await EndPartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _records.Dispose();
        await (_member?.DisposeAsync() ?? default);
        await _compressed.DisposeAsync();
        await (_part?.DisposeAsync() ?? default);
    }

    private void Compress()
    {
        _member ??= new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true);
        _member.Write(_records.Written);
        _records.Clear();
    }

    private void EndMember()
    {
        if (_memberRecords > 0)
        {
            Compress();
            _member!.Dispose();
            _member = null;
            _members.Add(new(_memberStart, _memberUsers, _memberRecords));
            _memberStart = PartLength;
        }

        _memberUsers = 0;
        _memberRecords = 0;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        _part ??= await store.CreateAsync(keyOf(_parts.Count), PutCondition.None, cancellationToken);
        await _part.Stream.WriteAsync(_compressed.Written, cancellationToken);
        _sent += _compressed.Length;
        _compressed.Clear();
    }

    private async Task EndPartAsync(CancellationToken cancellationToken)
    {
        if (_members.Count == 0)
        {
            return;
        }

        await SendAsync(cancellationToken);
        await _part!.CommitAsync(cancellationToken);
        await _part.DisposeAsync();
        _part = null;
        _parts.Add(new(keyOf(_parts.Count), _sent, [.. _members]));
        _members.Clear();
        _sent = 0;
        _memberStart = 0;
    }
}
