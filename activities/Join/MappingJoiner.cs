using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Join;

/// <summary>Resolves the rows of one chunk of mapping files, which are always whole, against the table of query items.</summary>
/// <param name="bufferLimit">Bytes staged in memory before they are written out.</param>
internal sealed class MappingJoiner(
    OpenedRun run, int chunk, IScratch scratch, StepContext context, long bufferLimit = MappingJoiner.BufferLimit)
{
    public const long BufferLimit = 32 * 1024 * 1024;

    private const long ReportEvery = 1024 * 1024;

    private readonly PlannedChunk _plan = run.Plan.MappingChunks[chunk];
    private long _done;
    private long _reported;

    private long Total => _plan.Pieces.Sum(piece => piece.End - piece.Start);

    public async Task<JoinResult> RunAsync()
    {
        var token = context.CancellationToken;
        using var mapped = await scratch.MapAsync(run.Store, run.Keys.Table, run.Keys.RunId, token);
        await using var target = await SectionedWriter.CreateAsync(run.Store, run.Keys.MappingChunk(chunk), token);
        using var staged = new JoinStage(new ItemTable(mapped.File), run.Plan, target, bufferLimit);
        foreach (var piece in _plan.Pieces)
        {
            await ReadFileAsync(run.Plan.MappingFiles[piece.File], staged);
            _done += piece.End - piece.Start;
        }

        await staged.FinishAsync(token);
        await target.CommitAsync(token);
        await run.Store.PutAsync(run.Keys.Samples("join", chunk), StepSamples.ToJson(staged.MalformedRows), PutCondition.None, token);
        return new JoinResult(staged.Rows, staged.Malformed, new ByteCounts(Total, target.Length));
    }

    private async Task ReadFileAsync(PlannedFile file, JoinStage staged)
    {
        await using var source = new PieceStream(run.Store, file, 0, file.Size);
        await using var content = InputFile.TextOf(file, source);
        using var rows = new MappingRows(content);
        try
        {
            if ((await rows.ReadHeaderAsync()).Problems is [var problem, ..])
            {
                throw NoHeader(file, problem);
            }

            while (await rows.ReadAsync())
            {
                staged.Add(rows, file.Key);
                if (staged.IsFull)
                {
                    await staged.FlushAsync(context.CancellationToken);
                }

                if (_done + source.BytesRead - _reported >= ReportEvery)
                {
                    _reported = _done + source.BytesRead;
                    context.Report(_reported, Total);
                }
            }
        }
        catch (InvalidDataException e) when (file.IsGzip)
        {
            throw DamagedInput.Gzip(run.Store, file, e);
        }
    }

    private ConnectorException NoHeader(PlannedFile file, MappingHeaderProblem problem) => new(
        FailureTypes.InvalidConfiguration,
        $"{run.Store.Address}/{file.Key}, line 1: found {problem.Found}; expected {problem.Expected}. Put it there and run the job again.",
        transient: false);
}
