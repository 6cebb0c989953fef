using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>The shard's updates on their way into staging, block by block.</summary>
internal sealed class UpdateBlocks(SectionedWriter target, ConnectorConfiguration connector) : IDisposable
{
    private readonly ByteWriter _block = new(64 * 1024);
    private readonly RecommendationBuffer _noList = new();
    private int _inBlock;

    /// <summary>Updates added so far.</summary>
    public long Count { get; private set; }

    public bool IsBlockFull => _inBlock == UpdateRecord.PerBlock;

    /// <summary>Adds an update with a list.</summary>
    public void Add(IShardUsers user, UpdateOperation operation, Fingerprint fingerprint, RecommendationBuffer list)
    {
        UpdateRecord.Write(
            _block, user.UserId, operation, fingerprint, list, connector.IncludeScores, connector.IncludeQueryItems, user.QueryItems, user.Theme);
        Added();
    }

    /// <summary>Adds an update of a user without a list.</summary>
    public void Add(ReadOnlySpan<byte> userId, UpdateOperation operation, Fingerprint fingerprint)
    {
        UpdateRecord.Write(_block, userId, operation, fingerprint, _noList, withScores: false, withQueryItems: false, [], default);
        Added();
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await target.WriteAsync(UpdateRecord.Section, _block.WrittenMemory, _inBlock, cancellationToken);
        _block.Clear();
        _inBlock = 0;
    }

    public void Dispose()
    {
        _block.Dispose();
        _noList.Dispose();
    }

    private void Added()
    {
        Count++;
        _inBlock++;
    }
}
