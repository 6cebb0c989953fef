using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Architecture.Tests.Contracts;

public sealed class ContractSnapshotTests
{
    private static readonly string SnapshotPath =
        Path.Combine(SourceTree.Root, "tests/PersonalizeConnectors.Architecture.Tests/contracts.snapshot.txt");

    /// <summary>A change here is a change for runs under way and for every other program: UPDATE_SNAPSHOT=1 writes it, the diff shows it.</summary>
    [Fact]
    public void Contracts_All_EqualTheSnapshot()
    {
        var actual = ContractSnapshot.Of(typeof(RunRef).Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOT") is "1")
        {
            File.WriteAllText(SnapshotPath, actual);
        }

        Assert.Equal(File.ReadAllText(SnapshotPath).ReplaceLineEndings("\n"), actual);
    }

    [Fact]
    public void Snapshot_OfSamples_ShowsNamesAndShapes()
    {
        const string expected = """
            workflow Sample(SampleInput) -> SampleResult
              query state() -> String
              signal Stop(SampleInput) -> Task
              update set(Int64?) -> SampleResult
            activity Do(SampleInput) -> SampleResult
            record SampleInput
              again: SampleInput?
              required name: String
              names: IReadOnlyList<String>?
            record SampleResult
              count: Int64

            """;

        Assert.Equal(expected.ReplaceLineEndings("\n"), ContractSnapshot.Of([typeof(SampleWorkflow), typeof(ISampleActivities)]));
    }

    [Fact]
    public void Snapshot_OfAChangedRecord_Differs() =>
        Assert.NotEqual(ContractSnapshot.Of([typeof(ISampleActivities)]), ContractSnapshot.Of([typeof(IOtherActivities)]));

    public interface ISampleActivities
    {
        [Activity]
        Task<SampleResult> DoAsync(SampleInput input);
    }

    public interface IOtherActivities
    {
        [Activity("Do")]
        Task<SampleInput> DoItAsync(SampleInput input);
    }

    public sealed record SampleInput
    {
        public required string Name { get; init; }

        public IReadOnlyList<string>? Names { get; init; }

        public SampleInput? Again { get; init; }
    }

    public sealed record SampleResult(long Count);

    // Described, never run.
    [Workflow("Sample")]
    public sealed class SampleWorkflow
    {
        [WorkflowQuery("state")]
        public string GetState() => "";

        [WorkflowRun]
        public Task<SampleResult> RunAsync(SampleInput input) => Task.FromResult(new SampleResult(input.Name.Length));

        [WorkflowSignal]
        public Task StopAsync(SampleInput input) => RunAsync(input);

        [WorkflowUpdate("set")]
        public Task<SampleResult> SetAsync(long? count) => Task.FromResult(new SampleResult(count ?? 0));
    }
}
