using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>Removes a run's staging once the state holds what it knew.</summary>
public static class StagingRemoval
{
    // A store answers a delete in some milliseconds, and a run leaves thousands of objects.
    private const int DeletesAtOnce = 16;

    /// <summary>The plan goes last: while it is there, an interrupted removal is found again for what it is.</summary>
    /// <param name="keep">Connectors whose folders stay, and with them the plan.</param>
    public static async Task RunAsync(IObjectStore store, RunKeys keys, StepContext context, IReadOnlyCollection<string>? keep = null)
    {
        var staged = new List<string>();
        await foreach (var entry in store.ListAsync(keys.Staging, context.CancellationToken))
        {
            if (keep is null || !keep.Any(connector => entry.Key.StartsWith($"{keys.Staging}{connector}/", StringComparison.Ordinal)))
            {
                staged.Add(entry.Key);
            }
        }

        var done = 0;
        foreach (var some in staged.Where(k => k != keys.Plan).Chunk(DeletesAtOnce))
        {
            context.Report(done += some.Length, staged.Count);
            await Task.WhenAll(some.Select(key => store.DeleteAsync(key, context.CancellationToken)));
        }

        if (keep is not { Count: > 0 })
        {
            await store.DeleteAsync(keys.Plan, context.CancellationToken);
        }

        await store.DeleteUnfinishedAsync(keys.Staging, context.CancellationToken);
    }
}
