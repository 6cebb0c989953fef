using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Load;

/// <summary>Reads the pieces of one chunk of batch output into one staging object.</summary>
/// <param name="bufferLimit">Bytes staged in memory before they are written out, so that a huge gzip file takes no more.</param>
internal sealed class ChunkLoader(
    OpenedRun run, int chunk, StepContext context, long bufferLimit = ChunkLoader.BufferLimit, int maxLine = LineReader.DefaultMaxLine)
{
    public const long BufferLimit = 32 * 1024 * 1024;

    private const long ReportEvery = 1024 * 1024;

    private readonly PlannedChunk _plan = run.Plan.Chunks[chunk];
    private long _done;
    private long _reported;

    private long Total => _plan.Pieces.Sum(piece => piece.End - piece.Start);

    public async Task<LoadResult> RunAsync()
    {
        var token = context.CancellationToken;
        await using var target = await SectionedWriter.CreateAsync(run.Store, run.Keys.Chunk(chunk), token);
        using var staged = new ChunkStage(run, target, bufferLimit);
        foreach (var piece in _plan.Pieces)
        {
            await ReadPieceAsync(piece, staged);
            _done += piece.End - piece.Start;
        }

        await staged.FinishAsync(token);
        await target.CommitAsync(token);
        await run.Store.PutAsync(run.Keys.Samples("load", chunk), StepSamples.ToJson(staged.Malformed), PutCondition.None, token);
        return new LoadResult(staged.Lines, new ByteCounts(Total, target.Length));
    }

    private async Task ReadPieceAsync(PlannedPiece piece, ChunkStage staged)
    {
        var file = run.Plan.BatchFiles[piece.File];

        // One byte earlier: if that is a line end, a line begins with the piece.
        var from = Math.Max(0, piece.Start - 1);
        await using var source = new PieceStream(run.Input, file, from, piece.End);
        if (!file.IsGzip)
        {
            using var lines = new LineReader(source, from, piece.End, inLine: piece.Start > 0, maxLine);
            await ReadLinesAsync(piece.File, lines, source, staged);
            return;
        }

        await using var unzipped = InputFile.TextOf(file, source);
        using var unzippedLines = new LineReader(unzipped, maxLine: maxLine);
        try
        {
            await ReadLinesAsync(piece.File, unzippedLines, source, staged);
        }
        catch (InvalidDataException e)
        {
            throw DamagedInput.Gzip(run.Input, file, e);
        }
    }

    private async Task ReadLinesAsync(int file, LineReader lines, PieceStream source, ChunkStage staged)
    {
        while (await lines.FillAsync(context.CancellationToken))
        {
            while (lines.TryRead(out var line))
            {
                if (lines.LineIsTooLong)
                {
                    staged.AddMalformed(file, lines.LineOffset, $"a line of more than {maxLine} bytes");
                }
                else
                {
                    staged.Add(file, lines.LineOffset, line);
                }

                if (staged.IsFull)
                {
                    break;
                }
            }

            // The reader still holds lines where the stage was full: filling in more does no harm to them.
            if (staged.IsFull)
            {
                await staged.FlushAsync(context.CancellationToken);
            }

            Report(_done + source.BytesRead);
        }
    }

    private void Report(long done)
    {
        if (done - _reported >= ReportEvery)
        {
            _reported = done;
            context.Report(done, Total);
        }
    }
}
