using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary><c>&lt;prefix&gt;itemIds</c>: one list of ids.</summary>
internal sealed class ItemIdsShape(string prefix) : IBrazeShape
{
    private readonly BrazeAttribute _attribute = new(prefix + "itemIds");

    // The list holds each item once.
    public long CollapsedUsers => 0;

    public string? Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
    {
        var problem = _attribute.Problem;
        target.WriteRaw(_attribute.Member);
        var start = target.Length;
        target.WriteByte((byte)'[');
        for (var place = 0; place < update.Count; place++)
        {
            if (place > 0)
            {
                target.WriteByte((byte)',');
            }

            var value = target.Length;
            JsonString.Write(target, update.Item(place).Id);
            problem ??= BrazeChecks.OfText("itemId", target.Written[value..]);
        }

        target.WriteByte((byte)']');
        problem ??= update.Count > BrazeLimits.ListElements ? BrazeChecks.OfCount(_attribute.Name) : null;
        problem ??= target.Length - start > BrazeLimits.ValueBytes ? BrazeChecks.OfSize(_attribute.Name) : null;
        if (problem is null)
        {
            names.Add(_attribute.Name);
        }

        return problem;
    }
}
