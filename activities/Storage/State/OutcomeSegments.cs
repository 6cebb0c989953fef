using System.Globalization;
using System.Runtime.CompilerServices;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>Reads a connector's outcome log.</summary>
/// <param name="onDamaged">Told of a segment that cannot be read, which is then left out; null: such a segment is a failure.</param>
public sealed class OutcomeSegments(IObjectStore store, RunKeys keys, string connector, Action<string>? onDamaged)
{
    // Segments are small and many; so many reads are under way at once.
    private const int ReadAhead = 8;

    /// <summary>Numbers of the ranges that have a log, in order.</summary>
    public async Task<IReadOnlyList<int>> RangesAsync(CancellationToken cancellationToken)
    {
        var folder = keys.Outcomes(connector);
        var ranges = new SortedSet<int>();
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
        {
            var name = entry.Key.AsSpan(folder.Length);
            var end = name.IndexOf('/');
            if (end > 0 && int.TryParse(name[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var range))
            {
                ranges.Add(range);
            }
        }

        return [.. ranges];
    }

    /// <summary>A range's segments, in order.</summary>
    /// <exception cref="InvalidDataException">One is damaged, and nobody wants to be told instead.</exception>
    public async IAsyncEnumerable<OutcomeSegment> ReadAsync(int range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = new Queue<(string Key, Task<byte[]> Content)>();
        await foreach (var entry in store.ListAsync(keys.Outcomes(connector, range), cancellationToken))
        {
            pending.Enqueue((entry.Key, ObjectBytes.ReadAsync(store, entry.Key, cancellationToken)));
            if (pending.Count == ReadAhead && await ParseAsync(pending.Dequeue()) is { } segment)
            {
                yield return segment;
            }
        }

        while (pending.TryDequeue(out var next))
        {
            if (await ParseAsync(next) is { } segment)
            {
                yield return segment;
            }
        }
    }

    private async Task<OutcomeSegment?> ParseAsync((string Key, Task<byte[]> Content) item)
    {
        try
        {
            return OutcomeSegment.Read(await item.Content);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            if (onDamaged is null)
            {
                throw new InvalidDataException($"{store.Address}/{item.Key} cannot be read: {e.Message}", e);
            }

            onDamaged(item.Key);
            return null;
        }
    }
}
