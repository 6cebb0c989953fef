using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary><c>&lt;prefix&gt;items</c>: one object per recommendation; fields that an item lacks are left out.</summary>
/// <param name="items">How many items the catalog has.</param>
internal sealed class ArrayOfObjectsShape(string prefix, bool withScores, bool withQueryItems, int items) : IBrazeShape, IDisposable
{
    private const byte Good = 1;
    private const byte Bad = 2;

    private readonly BrazeAttribute _attribute = new(prefix + "items");
    private readonly ByteWriter _object = new();

    // An item is looked through once, however many users it is recommended to.
    private readonly byte[] _verdicts = new byte[items];
    private readonly Dictionary<int, string> _problems = [];

    // Objects differ by their item.
    public long CollapsedUsers => 0;

    public string? Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
    {
        var problem = _attribute.Problem;
        target.WriteRaw(_attribute.Member);
        var start = target.Length;
        target.WriteByte((byte)'[');
        for (var place = 0; place < update.Count; place++)
        {
            target.WriteRaw(place == 0 ? "{"u8 : ",{"u8);
            var fragment = update.Item(place).Fragment;
            target.WriteRaw(fragment);
            problem ??= ProblemOf(update.ItemIndex(place), fragment);
            if (withScores && !update.Score(place).IsEmpty)
            {
                target.WriteRaw(",\"score\":"u8);
                target.WriteRaw(update.Score(place));
            }

            if (withQueryItems && !update.QueryItemId(place).IsEmpty)
            {
                target.WriteRaw(",\"queryItemId\":"u8);
                var value = target.Length;
                JsonString.Write(target, update.QueryItemId(place));
                problem ??= BrazeChecks.OfText("queryItemId", target.Written[value..]);
            }

            target.WriteByte((byte)'}');
        }

        target.WriteByte((byte)']');
        problem ??= target.Length - start > BrazeLimits.ValueBytes ? BrazeChecks.OfSize(_attribute.Name) : null;
        if (problem is null)
        {
            names.Add(_attribute.Name);
        }

        return problem;
    }

    public void Dispose() => _object.Dispose();

    private string? ProblemOf(int item, ReadOnlySpan<byte> fragment)
    {
        if (_verdicts[item] == 0)
        {
            _object.Clear();
            _object.WriteByte((byte)'{');
            _object.WriteRaw(fragment);
            _object.WriteByte((byte)'}');
            var problem = BrazeChecks.OfNested(_attribute.Name, _object.Written);
            _verdicts[item] = problem is null ? Good : Bad;
            if (problem is not null)
            {
                _problems.Add(item, problem);
            }
        }

        return _verdicts[item] == Bad ? _problems[item] : null;
    }
}
