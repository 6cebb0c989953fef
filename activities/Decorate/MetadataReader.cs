using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Reads the item metadata: renders what is recommended, counts the rest.</summary>
internal sealed class MetadataReader(RecommendedItems recommended, RenderedItems rendered, ItemRenderer renderer)
{
    private readonly List<MalformedSample> _samples = [];

    public long Items { get; private set; }

    public long Duplicates { get; private set; }

    public long Malformed { get; private set; }

    public long BytesRead { get; private set; }

    /// <summary>The first lines that could not be read.</summary>
    public IReadOnlyList<MalformedSample> Samples => _samples;

    public async Task ReadAsync(IObjectStore store, IReadOnlyList<PlannedFile> files, StepContext context)
    {
        var total = files.Sum(f => f.Size);
        foreach (var file in files)
        {
            try
            {
                await ReadAsync(store, file, context, total);
            }
            catch (InvalidDataException e) when (file.IsGzip)
            {
                throw DamagedInput.Gzip(store, file, e);
            }

            BytesRead += file.Size;
        }

        await rendered.FlushAsync(whole: true, context.CancellationToken);
    }

    private async Task ReadAsync(IObjectStore store, PlannedFile file, StepContext context, long total)
    {
        await using var text = await InputFile.OpenAsync(store, file, context.CancellationToken);
        using var lines = new MetadataLines(text);
        while (await lines.FillAsync(context.CancellationToken))
        {
            while (lines.TryRead(out var line, out var problem))
            {
                if (problem is null)
                {
                    Take(lines.Item, line);
                }
                else
                {
                    Unread(file, lines.Number, problem);
                }
            }

            await rendered.FlushAsync(whole: false, context.CancellationToken);
            context.Report(BytesRead, total);
        }
    }

    private void Take(MetadataLine read, ReadOnlySpan<byte> line)
    {
        var known = recommended.Ids.Count;
        var item = recommended.Ids.GetOrAdd(read.Id);
        var isNew = item < recommended.Count ? !rendered.IsKnown(item) : recommended.Ids.Count > known;
        Items += isNew ? 1 : 0;
        Duplicates += isNew ? 0 : 1;
        if (item < recommended.Count)
        {
            var start = rendered.Target.Length;
            rendered.Rendered(item, start, renderer.Render(read, line, rendered.Target));
        }
    }

    private void Unread(PlannedFile file, long line, string reason)
    {
        Malformed++;
        if (_samples.Count < MalformedSample.MaxPerChunk)
        {
            _samples.Add(new(file.Key, reason, Line: line));
        }
    }
}
