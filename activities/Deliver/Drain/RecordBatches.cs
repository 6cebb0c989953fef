using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Renders records into batches by the code that renders updates, each with its own directives.</summary>
/// <param name="namesToClear">Every attribute ever sent.</param>
internal sealed class RecordBatches(
    RecordSession session, BatchFiller filler, DrainOutcomes outcomes, ConnectorConfiguration connector,
    Func<CancellationToken, Task<IReadOnlyCollection<string>>> namesToClear) : IDisposable
{
    private readonly IDestinationRules? _rules = DestinationRules.Find(connector.Type);
    private readonly HashSet<string> _fields = [.. connector.ItemMetadataFields ?? []];
    private readonly RecommendationBuffer _list = new();
    private readonly List<byte[]> _queryItems = [];

    public async IAsyncEnumerable<Batch> RenderAsync(IEnumerable<QueuedRecord> records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var group in records.GroupBy(r => (r.Directives, HasConfiguredFields(r), r.Operation)))
        {
            var (directives, hasConfiguredFields, operation) = group.Key;
            var settings = connector with
            {
                AttributePrefix = directives.AttributePrefix,
                OtherAttributes = directives.OtherAttributes,
                ItemMetadataFields = hasConfiguredFields ? connector.ItemMetadataFields : null,
            };
            var names = operation == UpdateOperation.Clear ? await namesToClear(cancellationToken) : [];
            using var catalog = new RoundCatalog();
            var staged = group.Select(record => (Record: record, Items: record.Items.Select(catalog.Add).ToArray())).ToList();
            var (items, file) = catalog.Build();
            using (file)
            {
                session.Use(settings, items, names);
                var problem = ProblemOf(settings, items.Fields);
                foreach (var (record, places) in staged)
                {
                    if (Take(record, places, items, problem) is { } full)
                    {
                        yield return full;
                    }
                }
            }
        }

        if (filler.Finish() is { } last)
        {
            yield return last;
        }
    }

    public void Dispose() => _list.Dispose();

    private Batch? Take(QueuedRecord record, int[] places, Catalog items, string? problem)
    {
        var userId = Encoding.UTF8.GetBytes(record.UserId);
        var place = outcomes.Open(record);
        if (problem is not null)
        {
            filler.Refuse(place, userId, problem);
            return null;
        }

        _list.Clear();
        _queryItems.Clear();
        for (var i = 0; i < places.Length; i++)
        {
            _list.Add(places[i], record.Items[i].Score, i);
            _queryItems.Add(record.Items[i].QueryItemId ?? []);
        }

        return filler.Take(place, new UserUpdate(userId, record.Operation, _list, _queryItems, items));
    }

    // A queue may hold records of several jobs: a field that this one does not know says that the record is another's, whose fields are all wanted.
    private bool HasConfiguredFields(QueuedRecord record) => record.Items.All(item => item.Values.All(value => _fields.Contains(value.Key)));

    // What configurations are checked for, records can say too.
    private string? ProblemOf(ConnectorConfiguration settings, IReadOnlyList<string> fields)
    {
        if (_rules is null)
        {
            return null;
        }

        var made = ShapeAttributes.Names(settings, settings.ItemMetadataFields ?? fields);
        foreach (var name in made.Concat(settings.OtherAttributes.Select(o => o.Key)))
        {
            if (_rules.ReservedAttributes.Contains(name))
            {
                return $"The record sets \"{name}\", which means something else to {_rules.Title}.";
            }
        }

        foreach (var (name, json) in settings.OtherAttributes)
        {
            using var value = JsonDocument.Parse(json);
            if (made.Contains(name) || (_rules.ExpectedName(name) ?? _rules.ExpectedValue(value.RootElement)) is not null)
            {
                return $"The record's otherAttributes hold \"{name}\", which {_rules.Title} does not take so.";
            }
        }

        return null;
    }
}
