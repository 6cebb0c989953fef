using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Compares what a shard's users shall have with what the destination accepted last, and leaves the updates that close the gap.</summary>
internal sealed class DeltaStep(IScratch scratch, IStateStore states)
{
    /// <summary>Users between two heartbeats: some ten milliseconds of work.</summary>
    private const int ReportEvery = 4096;

    public async Task<DeltaResult> RunAsync(OpenedRun run, DeltaInput input, StepContext context)
    {
        var connector = run.Connector(input.Connector);
        var cancellation = context.CancellationToken;
        using var catalogLease = await scratch.MapAsync(run.Store, run.Keys.Catalog(connector.Name), run.Plan.RunId, cancellation);
        using var tableLease = run.Plan.ItemKeyed ? await scratch.MapAsync(run.Store, run.Keys.Table, run.Plan.RunId, cancellation) : null;
        var catalog = new Catalog(catalogLease.File);
        var table = tableLease is null ? null : new ItemTable(tableLease.File);

        var (keys, section, read) = RowsOf(run, input.Shard);
        using var rows = await ShardRows.GatherAsync(run.Store, keys, section, read, context);
        IShardUsers users = table is null ? new UserKeyedUsers(rows, catalog) : new ItemKeyedUsers(rows, catalog, table);
        await using var state = await states.OpenAsync(run, connector.Name, input.Shard, cancellation);
        await using var target = await SectionedWriter.CreateAsync(run.Store, run.Keys.Updates(connector.Name, input.Shard), cancellation);
        using var updates = new UpdateBlocks(target, connector);
        using var merge = new ShardMerge(
            users, updates, connector, DeltaSettings.Of(run, connector, input.Limit), new WantedUsers(run.Plan.Users), input.Limit, catalog, table);
        await MergeAsync(merge, users, state, updates, rows.Count, context);
        await updates.FlushAsync(cancellation);
        await target.CommitAsync(cancellation);

        return new DeltaResult
        {
            Updates = updates.Count,
            Users = merge.Counts,
            StateUsers = merge.StateUsers,
            DuplicateLines = users.DuplicateLines,
            MappedUsers = table is null ? 0 : merge.InputUsers,
            UsersWithoutRecommendations = table is null ? 0 : merge.UsersWithoutResults,
            ItemsWithoutUsers = table is not null && input.Shard == 0 ? await ItemsWithoutUsers.CountAsync(run, table, context) : 0,
            Bytes = new(rows.Length, target.Length),
        };
    }

    private static (string[] Keys, int Section, RowReader Read) RowsOf(OpenedRun run, int shard) => run.Plan.ItemKeyed
        ? ([.. Enumerable.Range(0, run.Plan.MappingChunks.Count).Select(run.Keys.MappingChunk)], MappingSections.Shard(shard), ItemKeyedUsers.ReadRow)
        : ([.. Enumerable.Range(0, run.Plan.Chunks.Count).Select(run.Keys.Chunk)], ChunkSections.Shard(shard), UserKeyedUsers.ReadRow);

    private static async Task MergeAsync(
        ShardMerge merge, IShardUsers users, IStateReader state, UpdateBlocks updates, int total, StepContext context)
    {
        var hasUser = users.MoveNext();
        var hasState = await state.MoveNextAsync(context.CancellationToken);
        for (long done = 0; hasUser || hasState; done++)
        {
            var order = !hasState ? -1 : !hasUser ? 1 : Compare(users, state.Current);
            if (order > 0)
            {
                merge.OnlyInState(state.Current);
            }
            else
            {
                merge.InInput(order == 0 ? state.Current : null);
            }

            if (updates.IsBlockFull)
            {
                await updates.FlushAsync(context.CancellationToken);
            }

            if (done % ReportEvery == 0)
            {
                context.Report(done, total);
            }

            hasState = hasState && (order < 0 || await state.MoveNextAsync(context.CancellationToken));
            hasUser = hasUser && (order > 0 || users.MoveNext());
        }
    }

    private static int Compare(IShardUsers users, StateEntry state)
    {
        var order = users.Hash.CompareTo(state.Hash);
        return order != 0 ? order : users.UserId.SequenceCompareTo(state.UserId.Span);
    }
}
