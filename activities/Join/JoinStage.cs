using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Join;

/// <summary>What a chunk's rows become: resolved rows by shard of the user, and marks on the items they name.</summary>
internal sealed class JoinStage(ItemTable table, RunPlan plan, SectionedWriter target, long bufferLimit) : IDisposable
{
    private readonly SectionBuffers _buffers = new(target, MappingSections.Shard(plan.Shards), bufferLimit);
    private readonly byte[] _seen = new byte[(table.Count + 7) / 8];
    private readonly byte[] _user = new byte[Encoding.UTF8.GetMaxByteCount(IdRule.MaxCharacters)];
    private readonly byte[] _item = new byte[Encoding.UTF8.GetMaxByteCount(IdRule.MaxCharacters)];
    private readonly List<MalformedSample> _malformedRows = [];

    public bool IsFull => _buffers.IsFull;

    public long Rows { get; private set; }

    public long Malformed { get; private set; }

    public IReadOnlyList<MalformedSample> MalformedRows => _malformedRows;

    public void Add(MappingRows rows, string file)
    {
        var position = Rows++;
        if (rows.Reason is { } reason)
        {
            Malformed++;
            if (_malformedRows.Count < MalformedSample.MaxPerChunk)
            {
                _malformedRows.Add(new(file, reason, Line: rows.Line));
            }

            return;
        }

        var user = _user.AsSpan(0, Encoding.UTF8.GetBytes(rows.User, _user));
        var item = table.Find(_item.AsSpan(0, Encoding.UTF8.GetBytes(rows.Item, _item)));
        if (item >= 0)
        {
            _seen[item >> 3] |= (byte)(1 << (item & 7));
        }

        var section = MappingSections.Shard(IdHash.Shard(IdHash.Of(user), plan.ShardBits));
        new MappingRow(user, position, item >= 0 ? item : MappingRow.NoItem).Write(_buffers.Begin(section));
        _buffers.End(section);
    }

    public Task FlushAsync(CancellationToken cancellationToken) => _buffers.FlushAsync(cancellationToken);

    /// <summary>Writes out what is left, and the marks.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _buffers.FlushAsync(cancellationToken);
        await target.WriteAsync(MappingSections.SeenItems, _seen, table.Count, cancellationToken);
    }

    public void Dispose() => _buffers.Dispose();
}
