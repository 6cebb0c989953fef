using System.Text;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.Reference;

public sealed class BrazeRulesTests
{
    [Fact]
    public void Apply_Update_ReplacesRemovesAndCollapses()
    {
        var before = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2", ["c"] = "3" };
        var update = new Dictionary<string, string> { ["a"] = "null", ["b"] = """["x", "y", "\u0078", 1.0, 1.0]""", ["d"] = """[{"k":1},{"k":1}]""" };

        Assert.Equal(
            [new("b", """["x","y",1.0]"""), new("c", "3"), new("d", """[{"k":1},{"k":1}]""")],
            BrazeRules.Apply(before, update));
    }

    [Theory]
    [InlineData("""["a"]""", null)]
    [InlineData("""{"w":{"x":null}}""", "nested null")]
    [InlineData("""[{"a b":1}]""", "nested key")]
    [InlineData("LONG", "string too long")]
    [InlineData("MANY", "too many values")]
    public void Problem_Value_IsFound(string value, string? problem)
    {
        var json = value switch
        {
            "LONG" => $"[\"{new string('x', 256)}\"]",
            "MANY" => ReferenceJson.List(Enumerable.Repeat("1", 501)),
            _ => value,
        };

        Assert.Equal(problem, BrazeRules.Problem(new Dictionary<string, string> { ["a"] = json }));
    }

    /// <summary>Two nights of random jobs, sent as the reference says: the simulator's profiles are what these rules foretell, and it drops nothing.</summary>
    [Fact]
    public async Task Apply_RandomJobs_AgreesWithTheSimulator()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var simulator = await BrazeSimulator.StartAsync(new(), cancel);
        using var client = new HttpClient { BaseAddress = simulator.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", simulator.ApiKey);
        for (var seed = 0; seed < 60; seed++)
        {
            using var root = new ReferenceRoot();
            var job = new RandomJob(seed, root.Path);
            var profiles = new Dictionary<string, SortedDictionary<string, string>>();
            var state = ReferenceState.Empty;
            simulator.Reset();
            for (var night = 0; night < 3; night++)
            {
                job.Write(newConfig: night == 2);
                var input = ReferenceInput.Read(root.Path, job.JobPath);
                var run = ReferenceRun.Of(input, input.Config.Connectors[0], state, new());
                state = run.Next;
                foreach (var batch in run.Sent.Chunk(75))
                {
                    using var body = new StringContent($"{{\"attributes\":{ReferenceJson.List(batch.Select(Object))}}}", Encoding.UTF8, "application/json");
                    using var response = await client.PostAsync(new Uri("users/track", UriKind.Relative), body, cancel);
                    Assert.Equal(201, (int)response.StatusCode);
                }

                foreach (var (user, update) in run.Sent)
                {
                    profiles[user] = BrazeRules.Apply(profiles.GetValueOrDefault(user) ?? [], update);
                }
            }

            Assert.Equal(profiles.Keys.Order(StringComparer.Ordinal), simulator.Profiles.All().Select(p => p.Identity.Key));
            foreach (var profile in simulator.Profiles.All())
            {
                var kept = new SortedDictionary<string, string>(profile.Attributes.ToDictionary(a => a.Key, a => ReferenceJson.Canonical(a.Value)), StringComparer.Ordinal);
                Assert.Equal(profiles[profile.Identity.Key], kept);
            }

            Assert.Empty(simulator.Statistics.SilentDrops);
        }
    }

    private static string Object(KeyValuePair<string, SortedDictionary<string, string>> update) =>
        ReferenceJson.Object(update.Value.Prepend(new("external_id", ReferenceJson.Text(update.Key))));
}
