using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Renders every recommended item once for a connector, so that no later step renders one again.</summary>
internal sealed class DecorateStep(IScratch scratch)
{
    /// <summary>Unknown items that a failure names.</summary>
    private const int NamedUnknownItems = 3;

    /// <summary>Attributes of the metadata's fields that a failure names.</summary>
    private const int NamedConflicts = 5;

    public async Task<DecorateResult> RunAsync(OpenedRun run, string connectorName, StepContext context)
    {
        var connector = run.Connector(connectorName);
        await using var recommended = new RecommendedItems(scratch.CreateTemporary(run.Plan.RunId));
        await recommended.ReadAsync(run, context);
        await using var rendered = new RenderedItems(scratch.CreateTemporary(run.Plan.RunId), recommended.Count);
        using var renderer = new ItemRenderer(connector);
        using var others = new OtherItems(() => scratch.CreateTemporary(run.Plan.RunId));
        var metadata = new MetadataReader(recommended, rendered, renderer, others);
        await metadata.ReadAsync(run.Store, run.Plan.MetadataFiles, context);

        RefuseConflicts(run, connector, renderer);
        var unknown = run.Plan.HasMetadata ? recommended.Count - rendered.Known : 0;
        await KeepSamplesAsync(run, connector, metadata.Samples, context.CancellationToken);
        if (unknown > 0 && connector.UnknownItems == UnknownItems.Fail)
        {
            throw Refuse(connector, recommended, rendered, unknown);
        }

        var written = await new CatalogWriter(recommended, rendered, renderer, run.Plan.HasMetadata)
            .WriteAsync(run.Store, run.Keys.Catalog(connector.Name), context.CancellationToken);
        return new(
            run.Plan.HasMetadata ? new CatalogCounts(metadata.Items, metadata.Malformed, metadata.Duplicates, unknown) : null,
            new(recommended.BytesRead + metadata.BytesRead, written));
    }

    private static async Task KeepSamplesAsync(
        OpenedRun run, ConnectorConfiguration connector, IReadOnlyList<MalformedSample> samples, CancellationToken cancellationToken)
    {
        if (samples.Count == 0)
        {
            return;
        }

        await run.Store.PutAsync(
            run.Keys.Samples($"decorate-{connector.Name}", 0), StepSamples.ToJson(samples), PutCondition.None, cancellationToken);
    }

    // Validate says so too, but nobody has to ask it, and the metadata may have changed since.
    private static void RefuseConflicts(OpenedRun run, ConnectorConfiguration connector, ItemRenderer renderer)
    {
        if (connector.ItemMetadataFields is not null)
        {
            return;
        }

        var fields = new List<string>(renderer.Fields.Count);
        for (var field = 0; field < renderer.Fields.Count; field++)
        {
            fields.Add(Encoding.UTF8.GetString(renderer.Fields[field]));
        }

        var conflicts = ShapeAttributes.FindConflicts(connector, fields, $"{run.Job.JobPath}/{ConfigurationReader.FileName}").ToList();
        if (conflicts.Count > 0)
        {
            throw new ConnectorException(FailureTypes.InvalidConfiguration, string.Join('\n', conflicts.Take(NamedConflicts)), transient: false);
        }
    }

    private static ConnectorException Refuse(ConnectorConfiguration connector, RecommendedItems recommended, RenderedItems rendered, int unknown)
    {
        var named = Enumerable.Range(0, recommended.Count)
            .Where(item => !rendered.IsKnown(item))
            .Take(NamedUnknownItems)
            .Select(item => $"\"{Encoding.UTF8.GetString(recommended.Ids[item])}\"");
        return new(
            FailureTypes.UnknownItems,
            $"Connector {connector.Name}: {unknown} recommended items are not in input/item_metadata/ ({string.Join(", ", named)}"
            + $"{(unknown > NamedUnknownItems ? ", …" : "")}), and unknownItems is \"fail\". Add them to the metadata, or set unknownItems to drop or keep.",
            transient: false);
    }
}
