using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>
/// <c>&lt;prefix&gt;&lt;field&gt;</c>: one list per field, a value per recommendation, so that position i means the same item in every list.
/// What an item lacks is <c>""</c>; a list or object stands as its JSON text.
/// </summary>
internal sealed class ParallelArraysShape : IBrazeShape, IDisposable
{
    private readonly BrazeAttribute[] _byCode;
    private readonly BrazeAttribute _itemId;
    private readonly BrazeAttribute? _score;
    private readonly BrazeAttribute? _queryItemId;
    private readonly List<BrazeAttribute> _configured = [];
    private readonly int[] _configuredCodes = [];
    private readonly bool[] _isMade;
    private readonly ByteWriter _values = new();
    private readonly List<int> _present = [];
    private readonly int[] _rowOf;
    private readonly EqualValues _equal = new();
    private PayloadSlice[] _slots = new PayloadSlice[256];
    private string? _problem;

    /// <param name="fields">The connector's chosen fields; null: those that occur among a user's recommendations.</param>
    public ParallelArraysShape(string prefix, IReadOnlyList<string>? fields, bool withScores, bool withQueryItems, Catalog catalog)
    {
        _itemId = new(prefix + "itemId");
        _score = withScores ? new(prefix + "score") : null;
        _queryItemId = withQueryItems ? new(prefix + "queryItemId") : null;
        _byCode = [.. catalog.Fields.Select(f => new BrazeAttribute(prefix + f))];
        _isMade = [.. _byCode.Select(a => a.Name == _itemId.Name || a.Name == _score?.Name || a.Name == _queryItemId?.Name)];
        _rowOf = new int[_byCode.Length];
        if (fields is not null)
        {
            // A field that no item of the run has still makes its list.
            var codes = catalog.Fields.Select((field, code) => (field, code)).ToDictionary(f => f.field, f => f.code, StringComparer.Ordinal);
            _configuredCodes = [.. fields.Select(f => codes.GetValueOrDefault(f, -1))];
            _configured = [.. fields.Select(f => new BrazeAttribute(prefix + f))];
        }

        IsConfigured = fields is not null;
    }

    public long CollapsedUsers { get; private set; }

    private bool IsConfigured { get; }

    public string? Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
    {
        _problem = update.Count > BrazeLimits.ListElements ? BrazeChecks.OfCount(_itemId.Name) : null;
        Collect(update);
        var collapses = false;
        if (IsConfigured)
        {
            for (var i = 0; i < _configured.Count; i++)
            {
                var row = _configuredCodes[i] < 0 ? 0 : _rowOf[_configuredCodes[i]];
                collapses |= WriteList(target, _configured[i], row, update.Count);
            }
        }
        else
        {
            foreach (var code in _present)
            {
                collapses |= WriteList(target, _byCode[code], _rowOf[code], update.Count);
            }
        }

        collapses |= WriteMade(update, target);
        if (_problem is null)
        {
            AddNames(names);
            CollapsedUsers += collapses ? 1 : 0;
        }

        Forget();
        return _problem;
    }

    public void Dispose() => _values.Dispose();

    // Rows of values, one a field that occurs, in order of first sight; row 0 is the empty one.
    private void Collect(scoped in UserUpdate update)
    {
        _values.Clear();
        _present.Clear();
        for (var place = 0; place < update.Count; place++)
        {
            var item = update.Item(place);
            while (item.TryReadValue(out var code, out var json))
            {
                if (_isMade[code])
                {
                    continue;
                }

                if (_rowOf[code] == 0)
                {
                    AddRow(code, update.Count);
                }

                _slots[((_rowOf[code] - 1) * update.Count) + place] = Value(_byCode[code], json);
            }
        }
    }

    private void AddRow(int code, int columns)
    {
        _present.Add(code);
        _rowOf[code] = _present.Count;
        var end = _present.Count * columns;
        if (_slots.Length < end)
        {
            Array.Resize(ref _slots, Math.Max(end, _slots.Length * 2));
        }

        _slots.AsSpan(end - columns, columns).Clear();
    }

    private PayloadSlice Value(BrazeAttribute attribute, ReadOnlySpan<byte> json)
    {
        var start = _values.Length;
        if (json[0] is (byte)'{' or (byte)'[')
        {
            JsonString.Write(_values, json);
        }
        else
        {
            _values.WriteRaw(json);
        }

        if (_values.Written[start] == (byte)'"')
        {
            _problem ??= BrazeChecks.OfText(attribute.Name, _values.Written[start..]);
        }

        return new(start, _values.Length - start);
    }

    private bool WriteList(ByteWriter target, BrazeAttribute attribute, int row, int columns)
    {
        var start = Begin(target, attribute, columns);
        var collapses = false;
        for (var place = 0; place < columns; place++)
        {
            var slot = row == 0 ? default : _slots[((row - 1) * columns) + place];
            collapses |= WriteElement(target, place, slot.Length == 0 ? "\"\""u8 : _values.Written.Slice(slot.Start, slot.Length), text: null);
        }

        End(target, attribute, start);
        return collapses;
    }

    private bool WriteMade(scoped in UserUpdate update, ByteWriter target)
    {
        var collapses = false;
        var start = Begin(target, _itemId, update.Count);
        for (var place = 0; place < update.Count; place++)
        {
            collapses |= WriteElement(target, place, update.Item(place).Id, _itemId);
        }

        End(target, _itemId, start);
        if (_score is not null)
        {
            start = Begin(target, _score, update.Count);
            for (var place = 0; place < update.Count; place++)
            {
                collapses |= WriteElement(target, place, update.Score(place).IsEmpty ? "\"\""u8 : update.Score(place), text: null);
            }

            End(target, _score, start);
        }

        if (_queryItemId is not null)
        {
            start = Begin(target, _queryItemId, update.Count);
            for (var place = 0; place < update.Count; place++)
            {
                collapses |= WriteElement(target, place, update.QueryItemId(place), _queryItemId);
            }

            End(target, _queryItemId, start);
        }

        return collapses;
    }

    private int Begin(ByteWriter target, BrazeAttribute attribute, int columns)
    {
        _problem ??= attribute.Problem;
        _equal.Begin(columns);
        target.WriteRaw(attribute.Member);
        target.WriteByte((byte)'[');
        return target.Length - 1;
    }

    /// <param name="text">The attribute, where the value is a text that is not JSON yet.</param>
    /// <returns>True where an equal value stands before it in the list.</returns>
    private bool WriteElement(ByteWriter target, int place, ReadOnlySpan<byte> value, BrazeAttribute? text)
    {
        if (place > 0)
        {
            target.WriteByte((byte)',');
        }

        if (text is not null)
        {
            var start = target.Length;
            JsonString.Write(target, value);
            _problem ??= BrazeChecks.OfText(text.Name, target.Written[start..]);
        }
        else
        {
            target.WriteRaw(value);
        }

        return _equal.Add(value);
    }

    private void End(ByteWriter target, BrazeAttribute attribute, int start)
    {
        target.WriteByte((byte)']');
        _problem ??= target.Length - start > BrazeLimits.ValueBytes ? BrazeChecks.OfSize(attribute.Name) : null;
    }

    private void AddNames(ISet<string> names)
    {
        foreach (var attribute in _configured)
        {
            names.Add(attribute.Name);
        }

        if (!IsConfigured)
        {
            foreach (var code in _present)
            {
                names.Add(_byCode[code].Name);
            }
        }

        names.Add(_itemId.Name);
        if (_score is not null)
        {
            names.Add(_score.Name);
        }

        if (_queryItemId is not null)
        {
            names.Add(_queryItemId.Name);
        }
    }

    private void Forget()
    {
        foreach (var code in _present)
        {
            _rowOf[code] = 0;
        }
    }
}
