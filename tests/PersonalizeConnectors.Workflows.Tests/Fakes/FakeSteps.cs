using System.Collections.Concurrent;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>Every step of the data queue, faked at the contract: what a test sets is what happens, and every call is kept.</summary>
internal sealed class FakeSteps :
    IRecoverActivities, IPlanActivities, ILoadActivities, ISplitErrorsActivities, ITableActivities, IJoinActivities,
    IDecorateActivities, IDeltaActivities, IWriteActivities, ICommitStateActivities, IReportActivities
{
    private int _inFlight;
    private int _mostInFlight;

    public ConcurrentQueue<(string Step, object Input)> Calls { get; } = new();

    public PlanResult Plan { get; set; } = FakePlans.UserKeyed();

    public RecoverResult Recovered { get; set; } = new(0, 0, []);

    public Func<DeltaInput, DeltaResult> Delta { get; set; } = _ => new DeltaResult { Updates = 0, StateUsers = 0, Users = new() };

    public Func<CommitStateInput, CommitStateResult> Commit { get; set; } = _ => new(0, 0, 0, 0, new());

    /// <summary>Thrown by the step of that name; for steps of a connector <c>Step/connector</c>.</summary>
    public Dictionary<string, ApplicationFailureException> Failures { get; } = [];

    /// <summary>Awaited by the step of that name before it ends.</summary>
    public Dictionary<string, Func<Task>> Waits { get; } = [];

    public int MostInFlight => _mostInFlight;

    public IReadOnlyList<string> Names => [.. Calls.Select(c => c.Step)];

    public ReportInput? Report => Calls.Select(c => c.Input).OfType<ReportInput>().SingleOrDefault();

    public IEnumerable<T> Inputs<T>() => Calls.Select(c => c.Input).OfType<T>();

    [Activity]
    public Task<RecoverResult> RecoverAsync(RecoverInput input) => AnswerAsync("Recover", input, Recovered);

    [Activity]
    public Task<PlanResult> PlanAsync(PlanInput input) => AnswerAsync("Plan", input, Plan);

    [Activity]
    public Task<LoadResult> LoadAsync(ChunkInput input) => AnswerAsync("Load", input, new LoadResult(new LineCounts(10, 9, 1), new ByteCounts(1000, 100)));

    [Activity]
    public Task<SplitErrorsResult> SplitErrorsAsync(SplitErrorsInput input) => AnswerAsync("SplitErrors", input, new SplitErrorsResult(new()));

    [Activity]
    public Task<TableResult> TableAsync(TableInput input) => AnswerAsync("Table", input, new TableResult(5, 2, new()));

    [Activity]
    public Task<JoinResult> JoinAsync(ChunkInput input) => AnswerAsync("Join", input, new JoinResult(7, 1, new()));

    [Activity]
    public Task<DecorateResult> DecorateAsync(ConnectorInput input) =>
        AnswerAsync($"Decorate/{input.Connector}", input, new DecorateResult(new CatalogCounts(3), new()));

    [Activity]
    public Task<DeltaResult> DeltaAsync(DeltaInput input) => AnswerAsync($"Delta/{input.Connector}", input, Delta(input));

    [Activity]
    public Task<WriteResult> WriteAsync(ShardInput input) => AnswerAsync($"Write/{input.Connector}", input, new WriteResult(1, new()));

    [Activity]
    public Task<CommitStateResult> CommitStateAsync(CommitStateInput input) => AnswerAsync($"CommitState/{input.Connector}", input, Commit(input));

    [Activity]
    public Task<StageOutcomeResult> StageOutcomeAsync(StageOutcomeInput input) =>
        AnswerAsync($"StageOutcome/{input.Outcome.Name}", input, new StageOutcomeResult($"staging/{input.Run.RunId}/{input.Outcome.Name}/outcome.json"));

    [Activity]
    public Task<ReportResult> ReportAsync(ReportInput input) => AnswerAsync(
        "Report", input, new ReportResult(Status(input), $"runs/{input.Run.RunId}/report.json"));

    private static string Status(ReportInput input) => input switch
    {
        { Canceled: true } => RunStatus.Canceled,
        { Failure: not null } => RunStatus.Failed,
        _ when input.Connectors.Any(c => c.Users.Rejected > 0) => RunStatus.CompletedWithRejections,
        _ => RunStatus.Completed,
    };

    private async Task<T> AnswerAsync<T>(string step, object input, T answer)
    {
        Calls.Enqueue((step, input));
        InterlockedMax(ref _mostInFlight, Interlocked.Increment(ref _inFlight));
        try
        {
            if (Waits.TryGetValue(step, out var wait))
            {
                await wait();
            }

            return Failures.TryGetValue(step, out var failure) ? throw failure : answer;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}

/// <summary>The one step of the delivery queue.</summary>
internal sealed class FakeDeliver : IDeliverActivities
{
    public ConcurrentQueue<DeliverInput> Calls { get; } = new();

    public Func<DeliverInput, Task<DeliverResult>> Answer { get; set; } = input =>
        Task.FromResult(new DeliverResult(input.Range.Count, 0, 0, new RequestCounts(1)));

    [Activity]
    public Task<DeliverResult> DeliverAsync(DeliverInput input)
    {
        Calls.Enqueue(input);
        return Answer(input);
    }
}
