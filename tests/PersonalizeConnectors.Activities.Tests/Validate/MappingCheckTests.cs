using System.Text;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

public sealed class MappingCheckTests
{
    private readonly JobFixture _fixture = new();

    [Theory]
    [InlineData("USER_ID,ITEM_ID\nu,1\n")]
    [InlineData("\uFEFFitem_id,other,\"User_Id\"\r\n1,\"a\nb\",u\r\n")]
    [InlineData(" USER_ID , ITEM_ID \nu,1")]
    public async Task Validate_HeaderInAnyOrderAndCase_IsFine(string csv)
    {
        _fixture.Put("input/user_item_mapping/users.csv", csv);
        _fixture.Put("input/user_item_mapping/deeper/more.csv.gz", csv);

        Assert.Empty((await _fixture.ValidateAsync()).Problems);
    }

    [Theory]
    [InlineData("USER_ID,ITEM\nu,1\n", "ITEM_ID")]
    [InlineData("ITEM_ID\n1\n", "USER_ID")]
    [InlineData("USER_ID,user_id,ITEM_ID\nu,v,1\n", "once")]
    public async Task Validate_WrongHeader_IsAnErrorOfThatFile(string csv, string expected)
    {
        _fixture.Put("input/user_item_mapping/more.csv.gz", csv);

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("input/user_item_mapping/more.csv.gz", 1L, Severity.Error), (problem.File, problem.Line, problem.Severity));
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
        Assert.Contains(csv.Split('\n')[0], problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_Semicolons_ShowTheHeader()
    {
        _fixture.Put("input/user_item_mapping/users.csv", "USER_ID;ITEM_ID\nu;1\n");

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal(2, problems.Count);
        Assert.Contains("USER_ID;ITEM_ID", problems[0].Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_EmptyOrUtf16OrBrokenFile_IsNamed()
    {
        _fixture.Put("input/user_item_mapping/a.csv", "");
        _fixture.Store.Put(_fixture.Job.Prefix + "input/user_item_mapping/b.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("USER_ID,ITEM_ID\n")]);
        _fixture.Store.Put(_fixture.Job.Prefix + "input/user_item_mapping/c.csv.gz", "USER_ID,ITEM_ID\n");

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal(["an empty file", "a file in UTF-16", "damaged compressed data"], problems.Select(p => p.Found));
        Assert.Equal([Severity.Warning, Severity.Error, Severity.Error], problems.Select(p => p.Severity));
    }

    [Fact]
    public async Task Validate_FileThatUnpacksToNothing_IsAnError()
    {
        _fixture.Put("input/user_item_mapping/a.csv.gz", "\n");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("an empty file", Severity.Error), (problem.Found, problem.Severity));
    }

    [Fact]
    public async Task Validate_NoFolder_IsAnError()
    {
        await _fixture.DeleteAsync("input/user_item_mapping/users.csv");
        Assert.Equal(("input/user_item_mapping/", Severity.Error), await FileAndSeverityAsync());

        _fixture.Put("input/user_item_mapping/users.txt", "USER_ID,ITEM_ID\n");
        Assert.Contains("users.txt", (await _fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_NoRowAnywhere_IsAWarning()
    {
        _fixture.Put("input/user_item_mapping/users.csv", "USER_ID,ITEM_ID\n");

        Assert.Equal(("input/user_item_mapping/", Severity.Warning), await FileAndSeverityAsync());
    }

    [Fact]
    public async Task Validate_UserKeyedJob_NeedsNoMapping() =>
        Assert.Empty((await new JobFixture(JobTypes.PersonalizedRanking).ValidateAsync()).Problems);

    private async Task<(string File, Severity Severity)> FileAndSeverityAsync()
    {
        var problem = await _fixture.ProblemAsync();
        return (problem.File, problem.Severity);
    }
}
