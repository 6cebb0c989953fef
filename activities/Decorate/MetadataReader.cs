using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Reads the item metadata: renders what is recommended, counts the rest.</summary>
internal sealed class MetadataReader(RecommendedItems recommended, RenderedItems rendered, ItemRenderer renderer, OtherItems others)
{
    private readonly List<MalformedSample> _samples = [];

    private long _read;

    /// <summary>Distinct items.</summary>
    public long Items { get; private set; }

    /// <summary>Lines that a later one of the same item replaced.</summary>
    public long Duplicates => _read - Items;

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
        Items = rendered.Known + others.Count();
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
        _read++;
        var item = recommended.Ids.Find(read.Id);
        if (item < 0)
        {
            others.Add(read.Id);
            return;
        }

        var start = rendered.Target.Length;
        rendered.Rendered(item, start, renderer.Render(read, line, rendered.Target));
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
