using PersonalizeConnectors.Architecture.Tests.Rules;

namespace PersonalizeConnectors.Architecture.Tests;

public sealed class UsingTests
{
    [Fact]
    public void Temporal_InActivities_StaysInTheAdapters() => Broken.None(SourceTree.CSharp.SelectMany(UsingRules.Temporal));

    [Fact]
    public void Steps_InActivities_DoNotUseEachOther() => Broken.None(SourceTree.CSharp.SelectMany(UsingRules.BetweenSteps));

    [Fact]
    public void Records_InCore_UseNoSibling() => Broken.None(SourceTree.CSharp.SelectMany(UsingRules.Records));

    [Theory]
    [InlineData("activities/Load/ChunkLoader.cs", "using Temporalio.Activities;")]
    [InlineData("activities/Storage/Store.cs", "    throw new Temporalio.Exceptions.ApplicationFailureException();")]
    public void Temporal_Forbidden_IsFound(string path, string code) => Assert.Single(UsingRules.Temporal(new(path, code)));

    [Theory]
    [InlineData("activities/Load/LoadActivities.cs")]
    [InlineData("activities/Failures/Step.cs")]
    [InlineData("activities/ActivitiesServiceCollectionExtensions.cs")]
    [InlineData("worker/Program.cs")]
    public void Temporal_Allowed_IsNotFound(string path) => Assert.Empty(UsingRules.Temporal(new(path, "using Temporalio.Activities;")));

    [Theory]
    [InlineData("activities/Load/ChunkLoader.cs", "using PersonalizeConnectors.Activities.Plan;")]
    [InlineData("activities/Load/ChunkLoader.cs", "using Planner = PersonalizeConnectors.Activities.Plan.ChunkPlanner;")]
    [InlineData("activities/Deliver/Braze/BrazeClient.cs", "using PersonalizeConnectors.Activities.Deliver.Webhook;")]
    public void Steps_UsingAnother_AreFound(string path, string code) => Assert.Single(UsingRules.BetweenSteps(new(path, code)));

    [Theory]
    [InlineData("activities/Load/ChunkLoader.cs", "using PersonalizeConnectors.Activities.Storage;")]
    [InlineData("activities/Load/ChunkLoader.cs", "// See PersonalizeConnectors.Activities.Plan.")]
    [InlineData("activities/Deliver/Braze/BrazeClient.cs", "using PersonalizeConnectors.Activities.Deliver.Braze;")]
    [InlineData("activities/Deliver/DeliverServiceCollectionExtensions.cs", "using PersonalizeConnectors.Activities.Deliver.Braze;")]
    [InlineData("activities/ActivitiesServiceCollectionExtensions.cs", "using PersonalizeConnectors.Activities.Plan;")]
    public void Steps_UsingWhatTheyMay_AreNotFound(string path, string code) => Assert.Empty(UsingRules.BetweenSteps(new(path, code)));

    [Fact]
    public void Records_UsingASibling_AreFound() =>
        Assert.Single(UsingRules.Records(new("core/Records/ByteReader.cs", "using PersonalizeConnectors.Core.Staging;")));
}
