using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class MetadataLineTests
{
    [Theory]
    [InlineData("""{"id":"a"}""", "a")]
    [InlineData("""{"id":5}""", "5")]
    [InlineData("""{"id":90.990}""", "90.990")]
    [InlineData("""{"id":"5"}""", "5")]
    [InlineData("""{"\u0069d":"\u00e9\"\n"}""", "é\"\n")]
    [InlineData("""{"id":"a","id":"b"}""", "b")]
    [InlineData("""{"id":null,"id":"b"}""", "b")]
    [InlineData("""{"n":{"id":"no","l":["\ud83d\ude00"]},"id":"a"}""", "a")]
    public void Read_Item_HasItsId(string text, string id)
    {
        using var line = new MetadataLine();

        Assert.Null(line.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(id, Encoding.UTF8.GetString(line.Id));
    }

    [Theory]
    [InlineData("x", "no JSON object")]
    [InlineData("[1]", "no object")]
    [InlineData("""{"id":"a"} 2""", "no JSON object")]
    [InlineData("""{"id":"a" """, "no JSON object")]
    [InlineData("""{"name":"x"}""", "without \"id\"")]
    [InlineData("""{"n":{"id":"a"}}""", "without \"id\"")]
    [InlineData("""{"id":""}""", "empty \"id\"")]
    [InlineData("""{"id":true}""", "neither text nor a number")]
    [InlineData("""{"id":["a"]}""", "neither text nor a number")]
    [InlineData("""{"id":"a","id":null}""", "neither text nor a number")]
    [InlineData("""{"id":"\ud800"}""", "half a surrogate pair")]
    [InlineData("""{"id":"a","a long name\ud800 of a field":1}""", "half a surrogate pair")]
    [InlineData("""{"id":"a","v":"x\udc00"}""", "half a surrogate pair")]
    [InlineData("""{"id":"a","v":[{"w":["\ud800"]}]}""", "half a surrogate pair")]
    [InlineData("""{"id":"a","v":{"\ud800":1}}""", "half a surrogate pair")]
    public void Read_NoItem_SaysWhatIsWrong(string text, string expected)
    {
        using var line = new MetadataLine();

        Assert.Contains(expected, line.Read(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotUtf8_IsAProblem()
    {
        using var line = new MetadataLine();

        Assert.Contains("UTF-8", line.Read([.. "{\"id\":\"a\",\"v\":\""u8, 0xFF, .. "\"}"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_AnyLine_AreItsNamesAndValuesInOrder()
    {
        using var line = new MetadataLine();
        var text = Encoding.UTF8.GetBytes("""{ "b" : [1, {"x":2}] , "id":"i", "\u0061\"" : "t\u0065xt", "b":90.990}""");

        Assert.Null(line.Read(text));

        var members = new List<(string, string)>();
        foreach (var member in line.Members)
        {
            members.Add((Encoding.UTF8.GetString(line.NameOf(member, text)), Encoding.UTF8.GetString(text.AsSpan(member.Value, member.ValueLength))));
        }

        Assert.Equal([("b", """[1, {"x":2}]"""), ("id", "\"i\""), ("a\"", "\"t\\u0065xt\""), ("b", "90.990")], members);
        Assert.Equal("text", Encoding.UTF8.GetString(line.TextOf("\"t\\u0065xt\""u8)));
    }
}
