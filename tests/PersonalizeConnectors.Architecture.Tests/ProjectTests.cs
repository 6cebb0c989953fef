using PersonalizeConnectors.Architecture.Tests.Rules;

namespace PersonalizeConnectors.Architecture.Tests;

public sealed class ProjectTests
{
    [Fact]
    public void Projects_All_UseWhatTheirFolderMay() => Broken.None(SourceTree.Projects.SelectMany(ProjectRules.References));

    [Fact]
    public void Projects_All_LeaveVersionsToTheCentralFile() => Broken.None(SourceTree.Projects.SelectMany(ProjectRules.Versions));

    [Fact]
    public void Projects_All_HaveALockFile() =>
        Broken.None(SourceTree.Projects.Where(p => !File.Exists(Path.Combine(SourceTree.Root, p.Folder, "packages.lock.json"))).Select(p => p.Path));

    [Fact]
    public void Projects_All_AreInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Root, "PersonalizeConnectors.sln")).Replace('\\', '/');

        Broken.None(SourceTree.Projects.Where(p => !solution.Contains($"\"{p.Path}\"", StringComparison.Ordinal)).Select(p => p.Path));
    }

    [Fact]
    public void Projects_All_AreFound() => Assert.True(SourceTree.Projects.Count >= 6, string.Join(", ", SourceTree.Projects.Select(p => p.Path)));

    [Theory]
    [InlineData("workflows/X.csproj", """<PackageReference Include="AWSSDK.S3" />""")]
    [InlineData("workflows/X.csproj", """<ProjectReference Include="../core/PersonalizeConnectors.Core.csproj" />""")]
    [InlineData("core/X.csproj", """<PackageReference Include="Temporalio" />""")]
    [InlineData("activities/X.csproj", """<ProjectReference Include="../worker/PersonalizeConnectors.Worker.csproj" />""")]
    [InlineData("activities/X.csproj", """<PackageReference Include="Temporalio.Extensions.Hosting" />""")]
    [InlineData("local/X.csproj", """<ProjectReference Include="..\activities\PersonalizeConnectors.Activities.csproj" />""")]
    [InlineData("worker/X.csproj", """<PackageReference Include="AWSSDK.SQS" />""")]
    [InlineData("tests/PersonalizeConnectors.A.Tests/X.csproj", """<ProjectReference Include="../PersonalizeConnectors.B.Tests/PersonalizeConnectors.B.Tests.csproj" />""")]
    [InlineData("tools/X.csproj", "")]
    public void References_Forbidden_AreFound(string path, string item) =>
        Assert.Single(ProjectRules.References(new(path, $"<Project><ItemGroup>{item}</ItemGroup></Project>")));

    [Theory]
    [InlineData("""<PackageReference Include="Temporalio" Version="1.21.1" />""")]
    [InlineData("""<PackageReference Include="Temporalio" VersionOverride="1.21.1" />""")]
    [InlineData("""<PackageReference Include="Temporalio"><Version>1.21.1</Version></PackageReference>""")]
    public void Versions_InAProject_AreFound(string item) =>
        Assert.Single(ProjectRules.Versions(new("core/X.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>")));
}
