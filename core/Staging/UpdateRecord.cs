using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>What an update does. Only <see cref="Set"/> and <see cref="Clear"/> are delivered; the others are for the state alone.</summary>
public enum UpdateOperation
{
    /// <summary>The user gets this list.</summary>
    Set = 0,

    /// <summary>Every attribute that an earlier run set becomes null; the user leaves the state once that is accepted.</summary>
    Clear = 1,

    /// <summary>The user has no list any more, and keeps what was sent (<c>onRemoved: keep</c>).</summary>
    Gone = 2,

    /// <summary>A user marked gone has the same list again.</summary>
    Back = 3,
}

/// <summary>
/// One user update, as Delta leaves it. The object <c>&lt;connector&gt;/delta/&lt;shard&gt;</c> has one section, <see cref="Section"/>,
/// in blocks of at most <see cref="PerBlock"/> records sorted by (id hash, id); a block's items count its records.
/// <code>
/// bytes   user id
/// u8      operation
/// 16      fingerprint
/// u8      flags: 1 scores, 2 query items, 4 theme
/// varint  recommendations
/// (varint catalog index, [u8 length, score], [varint place in the query items])*
/// varint  query items
/// varint* table indexes, in mapping order; none for user-keyed jobs
/// [bytes  theme: JSON string with its quotes; user-keyed jobs]
/// </code>
/// The recommendations are the combined, filtered list; what an item-keyed job's records hold follows from the query items.
/// </summary>
public ref struct UpdateRecord
{
    public const int Section = 2;
    public const int PerBlock = 1024;

    private const byte ScoresFlag = 1;
    private const byte QueryItemsFlag = 2;
    private const byte ThemeFlag = 4;

    public ReadOnlySpan<byte> UserId { get; private set; }

    public UpdateOperation Operation { get; private set; }

    public Fingerprint Fingerprint { get; private set; }

    /// <summary>True for what goes to the destination.</summary>
    public readonly bool IsDelivered => Operation is UpdateOperation.Set or UpdateOperation.Clear;

    public ReadOnlySpan<byte> Theme { get; private set; }

    /// <summary>Reads one record.</summary>
    /// <param name="recommendations">Filled with the list; reuse it.</param>
    /// <param name="queryItems">Filled with the table indexes; reuse it.</param>
    public static UpdateRecord Read(scoped ref ByteReader reader, RecommendationBuffer recommendations, List<int> queryItems)
    {
        var record = new UpdateRecord
        {
            UserId = reader.ReadBytes(),
            Operation = (UpdateOperation)reader.ReadByte(),
            Fingerprint = reader.ReadFingerprint(),
        };
        var flags = reader.ReadByte();
        recommendations.Clear();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            var item = reader.ReadCount();
            var score = (flags & ScoresFlag) != 0 ? reader.ReadRaw(reader.ReadByte()) : default;
            recommendations.Add(item, score, (flags & QueryItemsFlag) != 0 ? reader.ReadCount() : 0);
        }

        queryItems.Clear();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            queryItems.Add(reader.ReadCount());
        }

        record.Theme = (flags & ThemeFlag) != 0 ? reader.ReadBytes() : default;
        return record;
    }

    /// <param name="withScores">Keep the scores; only where the connector sends them.</param>
    /// <param name="withQueryItems">Keep which query item a recommendation came from; only where the connector sends it.</param>
    public static void Write(
        ByteWriter target, ReadOnlySpan<byte> userId, UpdateOperation operation, Fingerprint fingerprint,
        RecommendationBuffer recommendations, bool withScores, bool withQueryItems, IReadOnlyList<int> queryItems, ReadOnlySpan<byte> theme)
    {
        target.WriteBytes(userId);
        target.WriteByte((byte)operation);
        target.WriteFingerprint(fingerprint);
        target.WriteByte((byte)((withScores ? ScoresFlag : 0) | (withQueryItems ? QueryItemsFlag : 0) | (theme.IsEmpty ? 0 : ThemeFlag)));
        target.WriteVarint(recommendations.Count);
        for (var i = 0; i < recommendations.Count; i++)
        {
            target.WriteVarint(recommendations.Item(i));
            if (withScores)
            {
                target.WriteByte((byte)recommendations.Score(i).Length);
                target.WriteRaw(recommendations.Score(i));
            }

            if (withQueryItems)
            {
                target.WriteVarint(recommendations.QueryItem(i));
            }
        }

        target.WriteVarint(queryItems.Count);
        foreach (var item in queryItems)
        {
            target.WriteVarint(item);
        }

        if (!theme.IsEmpty)
        {
            target.WriteBytes(theme);
        }
    }
}
