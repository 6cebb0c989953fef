using System.Text;
using PersonalizeConnectors.Activities.Deliver.Braze;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazeChecksTests
{
    [Theory]
    [InlineData("u-1", true)]
    [InlineData("", false)]
    [InlineData(" u-1", false)]
    [InlineData("u-1\n", false)]
    [InlineData("u-1\u2003", false)]
    [InlineData("a b", true)]
    public void OfExternalId_Form_IsChecked(string id, bool good) => Assert.Equal(good, BrazeChecks.OfExternalId(Encoding.UTF8.GetBytes(id)) is null);

    [Fact]
    public void OfExternalId_Length_CountsBytes()
    {
        Assert.Null(BrazeChecks.OfExternalId(Encoding.UTF8.GetBytes(new string('a', 987))));
        Assert.NotNull(BrazeChecks.OfExternalId(Encoding.UTF8.GetBytes(new string('a', 988))));
        Assert.NotNull(BrazeChecks.OfExternalId(Encoding.UTF8.GetBytes(new string('本', 330))));
    }

    [Fact]
    public void OfName_LengthAndReserved_AreChecked()
    {
        Assert.Null(BrazeChecks.OfName(new string('a', 255)));
        Assert.NotNull(BrazeChecks.OfName(new string('a', 256)));
        Assert.NotNull(BrazeChecks.OfName(new string('本', 160)));
        Assert.NotNull(BrazeChecks.OfName("email"));
        Assert.NotNull(BrazeChecks.OfName("_merge_objects"));
        Assert.Null(BrazeChecks.OfName("recs_email"));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("null", true)]
    [InlineData("""{"a":1,"b":{"c":[1,2]}}""", true)]
    [InlineData("""{"a":null}""", false)]
    [InlineData("""[{"a":{"b":null}}]""", false)]
    [InlineData("[1,null]", false)]
    [InlineData("""{"a.b":1}""", false)]
    [InlineData("""{"a b":1}""", false)]
    [InlineData("""{"a$b":1}""", false)]
    public void OfAttribute_Inside_IsChecked(string json, bool good)
    {
        var problem = BrazeChecks.OfAttribute("recs_x", Encoding.UTF8.GetBytes(json));

        Assert.Equal(good, problem is null);
        Assert.True(problem is null || problem.Contains("recs_x", StringComparison.Ordinal));
    }

    [Fact]
    public void OfAttribute_Sizes_AreChecked()
    {
        Assert.Null(Check('"' + new string('a', 255) + '"'));
        Assert.Null(Check('"' + string.Concat(Enumerable.Repeat("\\u00e9", 255)) + '"'));
        Assert.Null(Check('"' + string.Concat(Enumerable.Repeat("😀", 255)) + '"'));
        Assert.NotNull(Check('"' + new string('a', 256) + '"'));
        Assert.NotNull(Check($"[\"{new string('a', 256)}\"]"));
        Assert.Null(Check($"[{string.Join(',', Enumerable.Range(0, 500))}]"));
        Assert.NotNull(Check($"[{string.Join(',', Enumerable.Range(0, 501))}]"));
        Assert.Null(Check($"[{string.Join(',', Enumerable.Repeat("{\"a\":1}", 501))}]"));
        Assert.NotNull(Check($"[{string.Join(',', Enumerable.Repeat("{\"a\":1}", 20_000))}]"));
    }

    [Theory]
    [InlineData("the key sk-1 of u-7 is bad", "the key … of … is bad")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("u-77 is not u-7x but u-7", "u-77 is not u-7x but …")]
    public void Clean_Text_HasNeitherKeyNorId(string text, string expected) => Assert.Equal(expected, ReasonText.Clean(text, "sk-1", "u-7"));

    [Fact]
    public void Clean_LongText_IsCut() => Assert.Equal(200, ReasonText.Clean(new string('x', 500), "key", "id").Length);

    private static string? Check(string json) => BrazeChecks.OfAttribute("recs_x", Encoding.UTF8.GetBytes(json));
}
