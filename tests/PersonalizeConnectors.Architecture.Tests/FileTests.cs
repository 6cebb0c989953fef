using PersonalizeConnectors.Architecture.Tests.Rules;

namespace PersonalizeConnectors.Architecture.Tests;

public sealed class FileTests
{
    [Fact]
    public void Files_All_AreShort() => Broken.None(SourceTree.CSharp.SelectMany(FileRules.Length));

    [Fact]
    public void Workflows_All_AreMarkedByTheirFileName() => Broken.None(SourceTree.CSharp.SelectMany(FileRules.WorkflowName));

    [Fact]
    public void Files_All_HaveNoRegions() => Broken.None(SourceTree.CSharp.SelectMany(FileRules.Regions));

    [Fact]
    public void Files_All_HaveNoNotes() => Broken.None(SourceTree.CSharp.Concat(SourceTree.Projects).SelectMany(FileRules.Notes));

    [Fact]
    public void Tests_All_DoNotSleep() => Broken.None(SourceTree.CSharp.SelectMany(FileRules.Sleeps));

    [Fact]
    public void Namespaces_All_MirrorFolders() => Broken.None(SourceTree.CSharp.SelectMany(FileRules.Namespace));

    [Fact]
    public void Classes_All_AreSealed() => Broken.None(SealedRule.Open(SourceTree.CSharp));

    [Theory]
    [InlineData("core/Records/ByteReader.cs", 400)]
    [InlineData("tests/X.Tests/ATests.cs", 500)]
    [InlineData("activities/Load/LoadActivities.cs", 100)]
    [InlineData("workflows/Jobs/JobRun.workflow.cs", 200)]
    [InlineData("worker/Program.cs", 30)]
    public void Length_OverTheCeiling_IsFound(string path, int most)
    {
        Assert.Empty(FileRules.Length(new(path, string.Concat(Enumerable.Repeat("x\n", most)))));
        Assert.Single(FileRules.Length(new(path, string.Concat(Enumerable.Repeat("x\n", most + 1)))));
    }

    [Theory]
    [InlineData("[Workflow]")]
    [InlineData("    [Workflow(\"ConnectorJob\")]")]
    public void WorkflowName_OfAnotherFile_IsFound(string code)
    {
        Assert.Single(FileRules.WorkflowName(new("workflows/Jobs/Job.cs", code)));
        Assert.Empty(FileRules.WorkflowName(new("workflows/Jobs/Job.workflow.cs", code)));
        Assert.Empty(FileRules.WorkflowName(new("workflows/Jobs/Job.cs", "[WorkflowQuery]")));
    }

    [Fact]
    public void Regions_InAFile_AreFound() => Assert.Single(FileRules.Regions(new("core/X.cs", "    #region Helpers\n    #endregion")));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("var x = 1; // FIXME")]
    public void Notes_InAFile_AreFound(string code) => Assert.Single(FileRules.Notes(new("core/X.cs", code)));

    [Theory]
    [InlineData("await Task.Delay(100);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);")]
    [InlineData("Thread.Sleep(1);")]
    public void Sleeps_InATest_AreFound(string code) => Assert.Single(FileRules.Sleeps(new("tests/X.Tests/ATests.cs", code)));

    [Fact]
    public void Sleeps_OnAClockTheTestTurns_AreNotFound() =>
        Assert.Empty(FileRules.Sleeps(new("tests/X.Tests/ATests.cs", "await Task.Delay(Latency, clock, cancellationToken);")));

    [Theory]
    [InlineData("core/Records/X.cs", "PersonalizeConnectors.Core.Records")]
    [InlineData("tests/PersonalizeConnectors.Activities.Tests/Load/X.cs", "PersonalizeConnectors.Activities.Tests.Load")]
    [InlineData("tests/Shared/X.cs", "PersonalizeConnectors.Tests.Shared")]
    public void Namespace_OfAnotherFolder_IsFound(string path, string expected)
    {
        Assert.Empty(FileRules.Namespace(new(path, $"namespace {expected};")));
        Assert.Single(FileRules.Namespace(new(path, $"namespace {expected}.More;")));
    }

    [Theory]
    [InlineData("public class Open")]
    [InlineData("    internal partial class Open(int x) : IDisposable")]
    [InlineData("public record Open(int X);")]
    public void Sealed_OpenClass_IsFound(string code) => Assert.Single(SealedRule.Open([new("core/X.cs", code)]));

    [Theory]
    [InlineData("internal sealed class Closed")]
    [InlineData("internal static partial class Closed")]
    [InlineData("public abstract record Closed")]
    [InlineData("public readonly record struct Closed(int X);")]
    [InlineData("where T : class")]
    [InlineData("public class ConnectorException(string type)")]
    [InlineData("internal partial class Closed\ninternal sealed partial class Closed")]
    public void Sealed_ClosedClass_IsNotFound(string code) => Assert.Empty(SealedRule.Open([new("core/X.cs", code)]));
}
