using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Updates;

public sealed class JsonStringTests
{
    [Theory]
    [InlineData("")]
    [InlineData("u-1")]
    [InlineData("<a&b>'+")]
    [InlineData("quote \" slash \\ / tab \t feed \n null \0 bell \u0007 del \u007f")]
    [InlineData("naïve 日本 😀 \u2028 \ufeff")]
    public void Write_AnyText_ReadsBackAsItself(string text)
    {
        using var target = new ByteWriter(1);
        JsonString.Write(target, Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(target.Written));
        Assert.DoesNotContain((byte)'\n', target.Written.ToArray());
    }

    [Fact]
    public void Write_Markup_StaysReadable()
    {
        using var target = new ByteWriter();
        JsonString.Write(target, "a&b<c>é"u8);
        Assert.Equal("\"a&b<c>é\"", Encoding.UTF8.GetString(target.Written));
    }

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("\"a\\u0041\\n\"", "\"a\\u0041\\n\"")]
    [InlineData(" [ 1 ,\r\n 2.0e+1, [ ] , { } ] ", "[1,2.0e+1,[],{}]")]
    [InlineData("{ \"a b\" : [ true , null ] ,\n // note\n \"c\\\"\" : { \"d\" : \"x y\" } }", "{\"a b\":[true,null],\"c\\\"\":{\"d\":\"x y\"}}")]
    public void WriteCompact_AnyValue_KeepsTokensAndDropsTheRest(string json, string expected)
    {
        using var target = new ByteWriter(1);
        JsonString.WriteCompact(target, Encoding.UTF8.GetBytes(json));
        Assert.Equal(expected, Encoding.UTF8.GetString(target.Written));
    }
}
