using System.Globalization;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Reads all item metadata: is every line an item, and do the items have what the connectors want of them?</summary>
internal sealed class MetadataCheck(JobLocation job, ItemFields table, ProblemSink problems)
{
    /// <summary>How many bad lines are named one by one.</summary>
    private const int NamedLines = 5;

    private readonly string _folder = RunKeys.MetadataOf(job.Prefix);
    private long _malformed;

    /// <returns>False where the job has no metadata.</returns>
    public async Task<bool> RunAsync(JobConfiguration? configuration, CancellationToken cancellationToken)
    {
        var connectors = configuration?.Connectors ?? [];
        var maxTextLength = connectors.Select(c => DestinationRules.Find(c.Type)?.MaxTextLength ?? int.MaxValue).DefaultIfEmpty(int.MaxValue).Min();
        var reader = new ItemFieldsReader(table, maxTextLength);
        var files = 0;
        var others = new List<string>();
        await foreach (var entry in job.Store.ListAsync(_folder, cancellationToken))
        {
            if (!InputNames.IsMetadata(entry.Key))
            {
                others.Add(entry.Key[_folder.Length..]);
                continue;
            }

            if (entry.Size == 0)
            {
                problems.Warn(entry.Key, "an empty file", "items; the file is left out");
                continue;
            }

            files++;
            await problems.GuardAsync(entry.Key, () => ReadFileAsync(entry, reader, cancellationToken));
        }

        others.RemoveAll(name => name.Length == 0);
        if (others.Count > 0)
        {
            problems.Warn(
                _folder, $"{ProblemSink.Number(others.Count)} other files, such as {others[0]}",
                "JSON Lines: .json or .jsonl, plain or .gz; others are not read");
        }

        if (files == 0)
        {
            WarnWithoutMetadata(connectors);
            return false;
        }

        table.EndWriting();
        ReportLines(reader);
        if (table.Count > 0)
        {
            foreach (var connector in connectors)
            {
                CheckConnector(connector, reader, maxTextLength);
            }
        }

        return true;
    }

    private async Task ReadFileAsync(ObjectEntry entry, ItemFieldsReader reader, CancellationToken cancellationToken)
    {
        await using var stream = await InputFile.OpenAsync(job.Store, InputFile.Of(entry), cancellationToken);
        using var lines = new MetadataLines(stream);
        while (await lines.FillAsync(cancellationToken))
        {
            while (lines.TryRead(out var line, out var problem))
            {
                if (problem is null)
                {
                    reader.Add(lines.Item, line);
                    continue;
                }

                _malformed++;
                if (_malformed <= NamedLines)
                {
                    problems.Warn(
                        entry.Key, problem, "one item a line: a JSON object with its \"id\", a text or a number; the line is left out", line: lines.Number);
                }
            }
        }
    }

    private void ReportLines(ItemFieldsReader reader)
    {
        if (table.Count == 0)
        {
            problems.Error(_folder, "no item with an \"id\"", "JSON Lines: one JSON object a line, each with its \"id\"");
        }
        else if (_malformed > NamedLines)
        {
            problems.Warn(_folder, $"{ProblemSink.Number(_malformed)} lines that are no items", "one item a line; those lines are left out");
        }

        if (reader.Duplicates > 0)
        {
            problems.Warn(_folder, $"{ProblemSink.Number(reader.Duplicates)} lines whose id came before", "every item once; the last line of an item counts");
        }
    }

    private void WarnWithoutMetadata(IReadOnlyList<ConnectorConfiguration> connectors)
    {
        foreach (var connector in connectors.Where(connector => connector.ItemMetadataFields is not null))
        {
            problems.Warn(
                ConfigKey, "itemMetadataFields in a job without item metadata",
                $"JSON Lines under {_folder}, or no itemMetadataFields", PathOf(connector, "itemMetadataFields"));
        }
    }

    private void CheckConnector(ConnectorConfiguration connector, ItemFieldsReader reader, int maxTextLength)
    {
        for (var i = 0; i < (connector.ItemMetadataFields?.Count ?? 0); i++)
        {
            var field = connector.ItemMetadataFields![i];
            if (field != "id" && table.IndexOf(field) < 0)
            {
                problems.Warn(
                    ConfigKey, $"the field \"{field}\", which no item has", "a field of the item metadata",
                    JsonPath.Item(PathOf(connector, "itemMetadataFields"), i), nearest: NearestName.Find(field, table.Fields));
            }
        }

        if (connector.ItemMetadataFields is null)
        {
            if (table.OneTooMany is { } field)
            {
                problems.Error(
                    _folder,
                    $"more than {ProblemSink.Number(ShapeAttributes.MostFields)} different fields, such as \"{field}\"",
                    "the fields to send in itemMetadataFields: a name that differs from item to item is no field",
                    PathOf(connector, "itemMetadataFields"));
            }

            problems.AddRange(ShapeAttributes.FindConflicts(connector, table.Fields, ConfigKey));
            foreach (var own in ShapeAttributes.OwnFields(connector).Where(own => table.IndexOf(own) >= 0))
            {
                problems.Warn(
                    _folder, $"items with a field \"{own}\" of their own",
                    $"another name: every recommendation carries its own \"{own}\" there, for {connector.Name}");
            }
        }

        foreach (var (field, items) in reader.LongTexts.OrderBy(pair => pair.Key))
        {
            var name = table.Fields[field];
            if (connector.AttributeShape != AttributeShape.ItemIds && connector.ItemMetadataFields?.Contains(name) != false)
            {
                problems.Warn(
                    _folder,
                    $"{ProblemSink.Number(items)} items with more than {maxTextLength.ToString(CultureInfo.InvariantCulture)} characters in \"{name}\"",
                    $"shorter texts, or itemMetadataFields without it: the destination of {connector.Name} refuses a user with such an item");
            }
        }
    }

    private string ConfigKey => RunKeys.ConfigOf(job.Prefix);

    private static string PathOf(ConnectorConfiguration connector, string key) =>
        JsonPath.Child(JsonPath.Child(JsonPath.Child(JsonPath.Root, "connectors"), connector.Name), key);
}
