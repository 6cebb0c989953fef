namespace PersonalizeConnectors.Core.Records;

/// <summary>What a line of batch output turned out to be.</summary>
public enum BatchLineKind
{
    /// <summary>Recommendations, or an empty list of them.</summary>
    Result,

    /// <summary>An error text, or neither output nor error.</summary>
    Error,

    /// <summary>Not a line of batch output of this job type.</summary>
    Malformed,
}

/// <summary>A scanned line. Valid until its scanner scans the next, and as long as the line's own bytes are.</summary>
public readonly ref struct BatchLine
{
    private readonly BatchLineFields _fields;
    private readonly ReadOnlySpan<byte> _text;

    /// <param name="text">What the slices of the fields cut.</param>
    internal BatchLine(BatchLineFields fields, ReadOnlySpan<byte> text)
    {
        _fields = fields;
        _text = text;
    }

    public BatchLineKind Kind => _fields.Kind;

    /// <summary>UTF-8, not escaped. Empty only where an error has no usable id.</summary>
    public ReadOnlySpan<byte> QueryId => _fields.QueryId.Of(_text);

    /// <summary>An error's text: UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Message => _fields.Message.Of(_text);

    /// <summary>Why the line is malformed, for a person; null otherwise.</summary>
    public string? Reason => _fields.Reason;

    /// <summary>JSON string with its quotes; empty where the line has none or an empty one.</summary>
    public ReadOnlySpan<byte> Theme => _fields.Theme.Of(_text);

    /// <summary>Recommendations.</summary>
    public int Count => _fields.ItemCount;

    /// <summary>True where at least one recommendation has a score.</summary>
    public bool HasScores => _fields.HasScores;

    /// <summary>A recommended item's id, in rank order: UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Item(int place) => _fields.Items[place].Of(_text);

    /// <summary>The codes of all recommended items, in rank order; new ids are added to the table.</summary>
    /// <param name="codes">At least <see cref="Count"/> of them.</param>
    public void Resolve(IdTable table, Span<int> codes) => table.GetOrAdd(_text, _fields.Items.AsSpan(0, Count), codes);

    /// <summary>The score of a recommendation: the JSON number as it stands; empty for none.</summary>
    public ReadOnlySpan<byte> Score(int place) => place < _fields.ScoreCount ? _fields.Scores[place].Of(_text) : default;
}
