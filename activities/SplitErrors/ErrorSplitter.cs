using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.SplitErrors;

/// <summary>Gathers the error lines of all chunks: by message for the report, as they stood for <c>errors/</c>; then looks at the guards.</summary>
/// <param name="partBytes">Uncompressed bytes after which a part of <c>errors/</c> ends.</param>
internal sealed class ErrorSplitter(OpenedRun run, LineCounts lines, StepContext context, long partBytes = ErrorSplitter.PartBytes)
{
    public const long PartBytes = 64 * 1024 * 1024;

    public async Task<SplitErrorsResult> RunAsync()
    {
        var token = context.CancellationToken;
        var groups = new ErrorGroups();
        await using var parts = run.Configuration.SaveBatchInferenceErrors ? new ErrorParts(run.Store, run.Keys, partBytes) : null;
        using var block = new ByteWriter();
        var chunks = run.Plan.Chunks.Count;
        long bytesIn = 0;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            context.Report(chunk, chunks);
            var staged = await SectionedObject.OpenAsync(run.Store, run.Keys.Chunk(chunk), token);
            foreach (var errors in staged.Index.Of(ChunkSections.Errors))
            {
                block.Clear();
                await staged.ReadAsync(errors, block, token);
                bytesIn += block.Length;
                await TakeAsync(block, groups, parts);
            }
        }

        var bytesOut = parts is null ? 0 : await parts.FinishAsync(token);
        var json = StepSamples.ToJson(groups.MostFrequentFirst(run.Plan.BatchFiles));
        await run.Store.PutAsync(run.Keys.Samples("errors", 0), json, PutCondition.None, token);
        LineGuards.Check(run.Configuration.Guards, lines, run.Plan.OverrideGuards);
        return new SplitErrorsResult(new ByteCounts(bytesIn, bytesOut + json.Length));
    }

    private async Task TakeAsync(ByteWriter block, ErrorGroups groups, ErrorParts? parts)
    {
        var position = 0;
        while (position < block.Length)
        {
            position += Take(block.Written[position..], groups, parts);
            if (parts is { MustWrite: true })
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                await parts.WriteAsync(context.CancellationToken);
            }
        }
    }

    /// <returns>Bytes of the line that was taken.</returns>
    private static int Take(ReadOnlySpan<byte> errors, ErrorGroups groups, ErrorParts? parts)
    {
        var reader = new ByteReader(errors);
        var error = ErrorLine.Read(ref reader);
        groups.Add(error);
        parts?.Add(error.Line);
        return reader.Position;
    }
}
