using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Write;

/// <summary>Publishes every record of a shard's new and changed users in <c>output/</c>.</summary>
internal sealed class WriteStep(IScratch scratch)
{
    public async Task<WriteResult> RunAsync(OpenedRun run, ShardInput input, StepContext context)
    {
        var connector = run.Connector(input.Connector);
        var cancellation = context.CancellationToken;
        using var catalogLease = await scratch.MapAsync(run.Store, run.Keys.Catalog(connector.Name), run.Plan.RunId, cancellation);
        using var tableLease = run.Plan.ItemKeyed ? await scratch.MapAsync(run.Store, run.Keys.Table, run.Plan.RunId, cancellation) : null;
        var catalog = new Catalog(catalogLease.File);
        var table = tableLease is null ? null : new ItemTable(tableLease.File);

        var updates = await SectionedObject.OpenAsync(run.Store, run.Keys.Updates(connector.Name, input.Shard), cancellation);
        await using var parts = new PartWriter(
            run.Store, part => run.Keys.OutputPart(connector.Name, input.Shard + (part * run.Plan.Shards)));
        using var records = new UserRecords(new RecordRenderer(run, connector, catalog), CombineRules.Of(connector, DestinationLimits.Recommendations), catalog, table, parts);
        await WriteAsync(updates, records, parts, context);
        await parts.CompleteAsync(cancellation);

        var list = parts.Parts.ToJson();
        await run.Store.PutAsync(run.Keys.PartList(connector.Name, input.Shard), list, PutCondition.None, cancellation);
        return new(parts.Records, new(updates.Index.LengthOf(UpdateRecord.Section), parts.Bytes + list.Length));
    }

    private static async Task WriteAsync(SectionedObject updates, UserRecords records, PartWriter parts, StepContext context)
    {
        var total = updates.Index.ItemsOf(UpdateRecord.Section);
        using var block = new ByteWriter(64 * 1024);
        long done = 0;
        foreach (var entry in updates.Index.Of(UpdateRecord.Section))
        {
            block.Clear();
            await updates.ReadAsync(entry, block, context.CancellationToken);
            for (var position = 0; position < block.Length;)
            {
                if (records.Write(block.Written, ref position))
                {
                    await parts.EndUserAsync(context.CancellationToken);
                }
            }

            done += entry.Items;
            context.Report(done, total);
        }
    }
}
