using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("attributeShpae", "attributeShape")]
    [InlineData("attributeshape", "attributeShape")]
    [InlineData("itemMetadataField", "itemMetadataFields")]
    [InlineData("combin", "combine")]
    [InlineData("ot", null)]
    [InlineData("", null)]
    [InlineData("somethingElse", null)]
    public void Find_Name_IsTheClosestIfCloseEnough(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["attributeShape", "attributePrefix", "itemMetadataFields", "combine", "type"]));

    [Fact]
    public void Find_SwappedNeighbours_IsOneEdit() => Assert.Equal("ab", NearestName.Find("ba", ["ab", "xy"]));

    [Fact]
    public void Find_EndlessName_IsComparedWithNothing() => Assert.Null(NearestName.Find(new string('a', 100_000), [new string('a', 100_000)]));
}
