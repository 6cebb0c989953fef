using System.Globalization;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

/// <summary>Users, not lines and not query items: whose lists would the destination shorten?</summary>
public sealed class ShortenedUsersTests
{
    [Theory]
    [InlineData("", 3, "\"brand\" (3)")] // Ann has two items of one brand in two lists, Ben and Cid in one.
    [InlineData("\"combine\": \"first\"", 2, "\"brand\" (2)")]
    [InlineData("\"maxRecommendations\": 1", 0, "")]
    [InlineData("\"itemMetadataFields\": [\"name\"], \"includeQueryItems\": true", 2, "\"queryItemId\" (2)")]
    public async Task Validate_ItemKeyedJob_CountsUsersThroughTheMapping(string keys, long users, string field)
    {
        var fixture = new JobFixture();
        fixture.PutConfig(keys);
        fixture.Put("input/item_metadata/items.json", """
            {"id":"1","name":"A","brand":"x"}
            {"id":"2","name":"B","brand":"x"}
            {"id":"3","name":"C","brand":"y"}
            """);
        fixture.PutLines(
            """{"input":{"itemId":"both"},"output":{"recommendedItems":["1","2"]}}""",
            """{"input":{"itemId":"one"},"output":{"recommendedItems":["1"]}}""",
            """{"input":{"itemId":"two"},"output":{"recommendedItems":["2"]}}""",
            """{"input":{"itemId":"broken"},"output":{"recommendedItems":["1","2"]}}""",
            """{"input":{"itemId":"broken"},"output":null,"error":"x"}""");
        fixture.Put("input/user_item_mapping/users.csv", """
            USER_ID,ITEM_ID
            ann,one
            ben,both
            ann,nobody
            dan,one
            dan,one
            cid,both
            eve,broken
            """);
        fixture.Put("input/user_item_mapping/more.csv.gz", "ITEM_ID,USER_ID\ntwo,ann\n");

        // Query items in lists of one value each are remarked on by themselves, whatever the inputs are.
        var remarks = (await fixture.ValidateAsync()).Problems.ToLookup(p => p.Path?.EndsWith(".includeQueryItems", StringComparison.Ordinal) is true);
        Assert.Equal(keys.Contains("includeQueryItems", StringComparison.Ordinal) ? 1 : 0, remarks[true].Count());
        var problems = remarks[false].ToList();

        Assert.Equal(users == 0 ? 0 : 1, problems.Count);
        if (users > 0)
        {
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{users} of 4 users"), problems[0].Found, StringComparison.Ordinal);
            Assert.Contains(field, problems[0].Found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Validate_UserTwice_CountsOnceAndByTheLastLine()
    {
        var fixture = new JobFixture(JobTypes.UserPersonalization);
        fixture.Put("input/item_metadata/items.json", """
            {"id":"1","brand":"x"}
            {"id":"2","brand":"x"}
            {"id":"3","brand":"y"}
            """);
        fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1","2"]}}""",
            """{"input":{"userId":"b"},"output":{"recommendedItems":["1","2"]}}""",
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1","3"]}}""",
            """{"input":{"userId":"b"},"output":{"recommendedItems":["2","1"]}}""");

        Assert.StartsWith("1 of 2 users", (await fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_MappingThatCannotBeRead_CountsNobody()
    {
        var fixture = new JobFixture();
        fixture.Put("input/item_metadata/items.json", "{\"id\":\"2\",\"brand\":\"x\"}\n{\"id\":\"3\",\"brand\":\"x\"}\n");
        Assert.StartsWith("1 of 1 users", (await fixture.ProblemAsync()).Found, StringComparison.Ordinal);

        fixture.Put("input/user_item_mapping/more.csv", "a,b\n");
        Assert.DoesNotContain((await fixture.ValidateAsync()).Problems, p => p.Found.Contains("users", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_RowsThatCannotBeRead_AreNamedByLine()
    {
        var fixture = new JobFixture();
        fixture.Put("input/user_item_mapping/users.csv", "USER_ID,ITEM_ID\nu-1,1\n,1\nu-2,2\n" + string.Concat(Enumerable.Repeat("u\n", 6)));

        var problems = (await fixture.ValidateAsync()).Problems;

        Assert.Equal([3L, 5, 6, 7, 8, null], problems.Select(p => p.Line));
        Assert.StartsWith("7 of 9 rows", problems[^1].Found, StringComparison.Ordinal);
        Assert.All(problems, p => Assert.Equal(Severity.Warning, p.Severity));
    }

    [Theory]
    [InlineData("interleave")]
    [InlineData("first")]
    public async Task Validate_RandomMapping_IsCountedAsASlowLookDoes(string combine)
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var fixture = new JobFixture();
            fixture.PutConfig($"\"combine\": \"{combine}\", \"maxRecommendations\": 4");
            var brands = Enumerable.Range(0, 12).Select(_ => random.Next(9)).ToArray();
            fixture.Put("input/item_metadata/items.json", string.Join('\n', brands.Select((brand, i) => $$"""{"id":"i{{i}}","brand":{{brand}} }""")));
            var lines = Enumerable.Range(0, 30).Select(_ => (Query: random.Next(20), Items: random.Next(6) == 0 ? null : random.GetItems(Enumerable.Range(0, 14).ToArray(), random.Next(5)))).ToList();
            fixture.PutLines([.. lines.Select(line => line.Items is null
                ? $$$"""{"input":{"itemId":"q{{{line.Query}}}"},"error":"x"}"""
                : $$$"""{"input":{"itemId":"q{{{line.Query}}}"},"output":{"recommendedItems":[{{{string.Join(',', line.Items.Select(i => $"\"i{i}\""))}}}]}}""")]);
            var pairs = Enumerable.Range(0, 60).Select(_ => (User: random.Next(25), Query: random.Next(22))).ToList();
            fixture.Put("input/user_item_mapping/users.csv", "USER_ID,ITEM_ID\n" + string.Join('\n', pairs.Select(pair => $"u{pair.User},q{pair.Query}")));

            var expected = pairs.GroupBy(pair => pair.User).Count(user =>
            {
                var lists = user.Select(pair => pair.Query).Distinct()
                    .Select(query => lines.LastOrDefault(line => line.Query == query).Items).OfType<int[]>().ToList();
                lists = combine == "first" ? [.. lists.Take(1)] : lists;
                var sent = Enumerable.Range(0, 5).SelectMany(rank => lists.Where(list => rank < list.Length).Select(list => list[rank]))
                    .Distinct().Where(item => item < brands.Length).Take(4).Select(item => brands[item]).ToList();
                return sent.Distinct().Count() < sent.Count;
            });

            var warning = (await fixture.ValidateAsync()).Problems.SingleOrDefault(p => p.Path?.EndsWith("attributeShape", StringComparison.Ordinal) == true);
            Assert.Equal(expected, warning is null ? 0 : int.Parse(warning.Found.Split(' ')[0], CultureInfo.InvariantCulture));
        }
    }
}
