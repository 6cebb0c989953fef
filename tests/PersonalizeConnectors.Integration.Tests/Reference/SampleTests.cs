using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.Reference;

public sealed class SampleTests
{
    [Theory]
    [InlineData("related_items/because_you_bought", 111, 4, 1)]
    [InlineData("user_personalization/picked_for_you", 301, 3, 1)]
    [InlineData("personalized_ranking/weekly_newsletter", 150, 1, 0)]
    public void Sample_FirstAndSecondRun_SendEveryoneThenNobody(string job, long lines, long errors, long empty)
    {
        var input = ReferenceInput.Read(Path.Combine(Repository.Root, "samples"), "etl_jobs/" + job);
        var connector = Assert.Single(input.Config.Connectors);

        var first = ReferenceRun.Of(input, connector, ReferenceState.Empty, new());
        var second = ReferenceRun.Of(input, connector, first.Next, new());

        Assert.Equal((lines, errors, empty, 0), (input.Lines.Read, input.Lines.Errors, input.Lines.Empty, input.Lines.Malformed));
        Assert.InRange(input.UnknownItems(), 1, 4);
        Assert.Equal(0, input.Catalog.Malformed);
        Assert.InRange(first.New.Count, 140, 300);
        Assert.Empty(first.Rejected);
        Assert.Empty(second.Sent);
        Assert.Empty(second.Removed);
    }
}
