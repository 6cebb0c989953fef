using System.IO.Compression;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>Reads the item metadata: renders what is recommended, counts the rest.</summary>
internal sealed class MetadataReader(RecommendedItems recommended, RenderedItems rendered, ItemRenderer renderer) : IDisposable
{
    private readonly MetadataLine _line = new();
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
                throw new ConnectorException(
                    FailureTypes.InvalidConfiguration,
                    $"{store.Address}/{file.Key} is no complete gzip file ({e.Message}). Upload it again, or remove it.", transient: false, cause: e);
            }

            BytesRead += file.Size;
        }

        await rendered.FlushAsync(whole: true, context.CancellationToken);
    }

    public void Dispose() => _line.Dispose();

    private async Task ReadAsync(IObjectStore store, PlannedFile file, StepContext context, long total)
    {
        await using var source = await store.OpenAsync(file.Key, ByteRange.All, file.ETag, context.CancellationToken);
        await using var text = TextOf(file, source);
        await using var numbers = new LineNumbers(text);
        using var lines = new LineReader(numbers);
        while (await lines.FillAsync(context.CancellationToken))
        {
            while (lines.TryRead(out var line))
            {
                var problem = lines.LineIsTooLong ? $"more than {LineReader.DefaultMaxLine} bytes" : Take(line);
                if (problem is not null)
                {
                    Unread(file, numbers.At(lines.LineOffset), problem);
                }
            }

            numbers.At(lines.LineOffset);
            await rendered.FlushAsync(whole: false, context.CancellationToken);
            context.Report(BytesRead, total);
        }
    }

    private static Stream TextOf(PlannedFile file, Stream source) => file.IsGzip ? new GZipStream(source, CompressionMode.Decompress) : source;

    private string? Take(ReadOnlySpan<byte> line)
    {
        if (_line.Read(line) is { } problem)
        {
            return problem;
        }

        var known = recommended.Ids.Count;
        var item = recommended.Ids.GetOrAdd(_line.Id);
        var isNew = item < recommended.Count ? !rendered.IsKnown(item) : recommended.Ids.Count > known;
        Items += isNew ? 1 : 0;
        Duplicates += isNew ? 0 : 1;
        if (item < recommended.Count)
        {
            var start = rendered.Target.Length;
            rendered.Rendered(item, start, renderer.Render(_line, line, rendered.Target));
        }

        return null;
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
