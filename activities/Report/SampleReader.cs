using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>Gathers the samples that steps left in staging: lists of JSON objects, one object of the store an activity.</summary>
internal static class SampleReader
{
    /// <summary>Most samples of one step that a report shows.</summary>
    public const int MaxPerStep = 50;

    private const int MaxBytes = 16 * 1024 * 1024;
    private const string Ending = ".json";

    /// <param name="onDamaged">Told of a list that cannot be read, which is then left out.</param>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<JsonElement>>> ReadAsync(
        IObjectStore store, RunKeys keys, Action<string> onDamaged, StepContext context)
    {
        var folder = keys.Staging + "samples/";
        var samples = new SortedDictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync(folder, context.CancellationToken))
        {
            var end = entry.Key.LastIndexOf('-');
            if (end <= folder.Length || !entry.Key.EndsWith(Ending, StringComparison.Ordinal))
            {
                continue;
            }

            context.Report(0, 0);
            var step = entry.Key[folder.Length..end];
            if (!samples.TryGetValue(step, out var found))
            {
                samples.Add(step, found = []);
            }

            if (found.Count < MaxPerStep)
            {
                await AddAsync(store, entry.Key, found, onDamaged, context.CancellationToken);
            }
        }

        return samples.Where(s => s.Value.Count > 0).ToDictionary(s => s.Key, s => (IReadOnlyList<JsonElement>)s.Value, StringComparer.Ordinal);
    }

    private static async Task AddAsync(
        IObjectStore store, string key, List<JsonElement> found, Action<string> onDamaged, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await store.ReadAllAsync(key, MaxBytes, cancellationToken));
            found.AddRange(document.RootElement.EnumerateArray().Take(MaxPerStep - found.Count).Select(e => e.Clone()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            onDamaged(key);
        }
    }
}
