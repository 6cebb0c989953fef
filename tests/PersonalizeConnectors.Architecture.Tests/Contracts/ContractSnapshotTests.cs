using PersonalizeConnectors.Workflows.Contracts;

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
              update set(Int64?) -> SampleResult
              signal Stop(SampleInput) -> Task
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
}
