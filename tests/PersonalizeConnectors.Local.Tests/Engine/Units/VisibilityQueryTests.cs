using PersonalizeConnectors.Local.Engine.Visibility;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Tests.Engine.Units;

public sealed class VisibilityQueryTests
{
    private static readonly Dictionary<string, IndexedValueType> Types = new()
    {
        ["WorkflowId"] = IndexedValueType.Keyword,
        ["ExecutionStatus"] = IndexedValueType.Keyword,
        ["StartTime"] = IndexedValueType.Datetime,
        ["CloseTime"] = IndexedValueType.Datetime,
        ["HistoryLength"] = IndexedValueType.Int,
        ["Tags"] = IndexedValueType.KeywordList,
        ["Late"] = IndexedValueType.Bool,
    };

    private static readonly Dictionary<string, object> Run = new()
    {
        ["WorkflowId"] = "job:it's",
        ["ExecutionStatus"] = "Completed",
        ["StartTime"] = new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero),
        ["HistoryLength"] = 12.0,
        ["Tags"] = new[] { "a", "b" },
        ["Late"] = true,
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("ORDER BY StartTime DESC, CloseTime", true)]
    [InlineData("WorkflowId = 'job:it''s'", true)]
    [InlineData("WorkflowId = \"job:it's\"", true)]
    [InlineData("`WorkflowId` = 'job:it\\'s'", true)]
    [InlineData("WorkflowId = 'job'", false)]
    [InlineData("WorkflowId STARTS_WITH 'job:'", true)]
    [InlineData("WorkflowId NOT STARTS_WITH 'job:'", false)]
    [InlineData("ExecutionStatus IN ('Failed', 'Completed')", true)]
    [InlineData("ExecutionStatus not in ('Failed', 'Completed')", false)]
    [InlineData("ExecutionStatus != 'Failed' order by StartTime", true)]
    [InlineData("StartTime > '2026-11-23T01:59:59Z' AND StartTime <= '2026-11-23T03:00:00+01:00'", true)]
    [InlineData("StartTime BETWEEN '2026-11-23T01:00:00Z' AND '2026-11-23T01:59:00Z' OR Late = true", true)]
    [InlineData("CloseTime IS NULL", true)]
    [InlineData("CloseTime is not null", false)]
    [InlineData("CloseTime > '2000-01-01T00:00:00Z'", false)]
    [InlineData("HistoryLength >= 12 AND HistoryLength < 100", true)]
    [InlineData("HistoryLength = 9", false)]
    [InlineData("Tags = 'b'", true)]
    [InlineData("Tags IN ('x', 'y')", false)]
    [InlineData("NOT (Late = true)", false)]
    [InlineData("Late = false OR ExecutionStatus = 'Completed' AND HistoryLength = 1", false)]
    [InlineData("(Late = true OR ExecutionStatus = 'Failed') AND HistoryLength = 12", true)]
    public void Parse_Query_HoldsAsItReads(string query, bool holds) =>
        Assert.Equal(holds, VisibilityQuery.Parse(query, TypeOf)(new Fields()));

    [Theory]
    [InlineData("Nothing = 'x'", "invalid search attribute: Nothing")]
    [InlineData("WorkflowId =", "expected more at position 13, found the end")]
    [InlineData("WorkflowId = 'open", "the quote at position 14 is not closed")]
    [InlineData("WorkflowId = x", "expected a value at position 14, found 'x'")]
    [InlineData("WorkflowId LIKE 'x'", "expected a comparison at position 12, found 'LIKE'")]
    [InlineData("HistoryLength = 'many'", "'many' at position 17 is no Int")]
    [InlineData("(Late = true", "expected ) at position 13, found the end")]
    [InlineData("Late = true Late = true", "expected the end at position 13, found 'Late'")]
    [InlineData("Late = true ; DROP", "unexpected ';' at position 13")]
    public void Parse_Unreadable_SaysWhere(string query, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => VisibilityQuery.Parse(query, TypeOf)).Message);

    private static IndexedValueType? TypeOf(string name) => Types.TryGetValue(name, out var type) ? type : null;

    private sealed class Fields : IFields
    {
        public object? this[string name] => Run.GetValueOrDefault(name);
    }
}
