using Microsoft.Extensions.Logging.Abstractions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Tests.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Report;

/// <summary>A job whose runs can be reported.</summary>
internal sealed class ReportFixture : IScratch, IDisposable
{
    private readonly FakeScratch _scratch = new();

    public ReportFixture() => Reporter = new(State, State, State, this, NullLogger<RunReporter>.Instance);

    public StateFixture State { get; } = new();

    public RunReporter Reporter { get; }

    public List<string> Forgotten { get; } = [];

    public static ReportInput Input(string run, params ConnectorOutcome[] connectors) => new()
    {
        Run = new("/data/etl_jobs/user_personalization/shop", run),
        WorkflowId = "job:/data/etl_jobs/user_personalization/shop",
        StartedAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
        Seconds = 75.5,
        Lines = new(Read: 10, Results: 8, Errors: 1, Malformed: 1, Duplicates: 0, Empty: 2),
        Connectors = connectors,
        Steps = [new("Load", 2.0, 5_000_000, 1_000_000)],
    };

    public static ConnectorOutcome Outcome(long accepted, long rejected = 0, long unknown = 0, string? failure = null, string name = StateFixture.Connector) =>
        new(name, 8, new(Total: 8, New: 8, Accepted: accepted, Rejected: rejected, Unknown: unknown), new(2, 1, 0), failure);

    public async Task<ReportDocument> ReportAsync(ReportInput input)
    {
        var result = await Reporter.RunAsync(input, StepContext.None);
        var report = ReportDocument.Parse(State.Store[result.ReportKey]);
        Assert.Equal(result.Status, report.Status);
        return report;
    }

    public Task<MappedObject> MapAsync(IObjectStore store, string key, string runId, CancellationToken cancellationToken) =>
        _scratch.MapAsync(store, key, runId, cancellationToken);

    public FileStream CreateTemporary(string runId) => _scratch.CreateTemporary(runId);

    public void Forget(string runId) => Forgotten.Add(runId);

    public void Dispose() => _scratch.Dispose();
}
