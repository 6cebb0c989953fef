using System.Text;
using PersonalizeConnectors.Activities.Decorate;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Decorate;

public sealed class OtherItemsTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(50, 100)]
    [InlineData(20_000, 100)]
    public void Count_MoreIdsThanMemoryHolds_CountsEachOnce(int lines, int capacity)
    {
        using var scratch = new FakeScratch();
        using var others = new OtherItems(() => scratch.CreateTemporary("run"), capacity);
        var random = new Random(5);
        var ids = Enumerable.Range(0, lines).Select(_ => $"item-{random.Next(lines)}").ToList();

        ids.ForEach(id => others.Add(Encoding.UTF8.GetBytes(id)));

        Assert.Equal(ids.Distinct().Count(), others.Count());
    }
}
