using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Delivery;

/// <summary>
/// Braze takes updates and its answers do not say so. The next batch output is that of the night before, so that the old fingerprints would make
/// everybody unchanged: each user must have what it says all the same. One connector clears removed users, the other leaves them.
/// </summary>
public sealed class UnknownOutcomeTests(TemporalServerFixture server)
{
    private static readonly string[] Connectors = ["clears", "keeps"];

    [Fact]
    public async Task Run_InputGoesBackAfterUnknownOutcomes_SendsWhatUsersThenHave()
    {
        using var root = new ReferenceRoot();
        root.Job("user_personalization", "").Metadata("""{"id":"a","name":"A"}""", """{"id":"b","name":"B"}""", """{"id":"c","brand":"C"}""").File(
            $"{root.JobPath}/config.json",
            """{ "batchInferencePath": "batch/run/", "connectors": { "clears": { "type": "braze", "onRemoved": "clear" }, "keeps": { "type": "braze" } } }""");
        await using var clears = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var keeps = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("clears", clears), ("keeps", keeps));
        var nights = new Nights(root, host, [clears, keeps]);

        root.Lines(Line("changes", "a", "b"), Line("stays", "b"), Line("leaves", "a"));
        await nights.RunAsync(isUnanswered: false);

        clears.Settings = keeps.Settings = clears.Settings with { Faults = [new() { Fault = new() { Kind = FaultKind.CountTooHigh } }] };
        root.Lines(Line("changes", "b", "c"), Line("stays", "b"), Line("comes", "c"));
        await nights.RunAsync(isUnanswered: true);

        clears.Settings = keeps.Settings = clears.Settings with { Faults = [] };
        root.Lines(Line("changes", "a", "b"), Line("stays", "b"), Line("leaves", "a"));
        await nights.RunAsync(isUnanswered: false);
        await nights.RunAsync(isUnanswered: false);
        Assert.Equal(0, nights.LastSent);
    }

    private static string Line(string user, params string[] items) =>
        $$"""{"input":{"userId":"{{user}}"},"output":{"recommendedItems":["{{string.Join("\",\"", items)}}"]},"error":null}""";

    private sealed class Nights(ReferenceRoot root, JobHost host, BrazeSimulator[] brazes)
    {
        private readonly ReferenceState[] _states = [ReferenceState.Empty, ReferenceState.Empty];
        private readonly Dictionary<string, SortedDictionary<string, string>>[] _profiles = [[], []];

        public int LastSent { get; private set; }

        public async Task RunAsync(bool isUnanswered)
        {
            var input = root.Read();
            var run = await host.RunAsync(new ConnectorJobInput { JobPath = Path.Combine(root.Path, root.JobPath), OverrideGuards = true });
            Assert.Equal(isUnanswered ? RunStatus.Failed : RunStatus.Completed, run.Status);
            LastSent = 0;
            for (var i = 0; i < Connectors.Length; i++)
            {
                var expected = ReferenceRun.Of(input, input.Config.Connectors[i], _states[i], new() { IsUnanswered = isUnanswered });
                Assert.Equal(
                    (expected.New.Count, expected.Changed.Count, expected.Unchanged.Count, expected.Removed.Count),
                    (run.Users("new", Connectors[i]), run.Users("changed", Connectors[i]), run.Users("unchanged", Connectors[i]), run.Users("removed", Connectors[i])));
                Assert.Equal(expected.Sent.Count, run.Users(isUnanswered ? "unknown" : "accepted", Connectors[i]));
                foreach (var (user, update) in expected.Sent)
                {
                    _profiles[i][user] = BrazeRules.Apply(_profiles[i].GetValueOrDefault(user, []), update);
                }

                LastSent += expected.Sent.Count;
                _states[i] = expected.Next;
                AssertProfiles(i);
            }
        }

        private void AssertProfiles(int connector)
        {
            var kept = brazes[connector].Profiles.All().ToDictionary(p => p.Identity.Key);
            Assert.Equal(_profiles[connector].Keys.Order(StringComparer.Ordinal), kept.Keys.Order(StringComparer.Ordinal));
            foreach (var (user, attributes) in _profiles[connector])
            {
                Assert.Equal(attributes.ToDictionary(), kept[user].Attributes.ToDictionary(a => a.Key, a => ReferenceJson.Canonical(a.Value)));
            }
        }
    }
}
