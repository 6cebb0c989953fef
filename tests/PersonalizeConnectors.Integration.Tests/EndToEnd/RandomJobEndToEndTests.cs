using System.IO.Compression;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.EndToEnd;

/// <summary>
/// Whole runs over random jobs: what each user has at Braze, what is written and what is counted equals what a slow, independent implementation says;
/// the same night again sends nothing; the next night sends exactly what changed.
/// </summary>
public abstract class RandomJobEndToEndTests(TemporalServerFixture server, string jobType, int firstSeed)
{
    private const int Seeds = 10;

    [Fact]
    public async Task Run_RandomJobs_AgreeWithTheReference()
    {
        var shapes = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = firstSeed; seed < firstSeed + Seeds; seed++)
        {
            using var root = new ReferenceRoot();
            await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
            await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
            var nights = new Nights(seed, root, new RandomJob(seed, root.Path, jobType), host, braze);

            await nights.RunAsync();
            shapes.UnionWith(nights.Shapes);
        }

        Assert.Equal(["arrayOfObjects", "itemIds", "parallelArrays"], shapes);
    }

    private sealed class Nights(int seed, ReferenceRoot root, RandomJob job, JobHost host, BrazeSimulator braze)
    {
        private readonly Dictionary<string, SortedDictionary<string, string>> _profiles = [];
        private ReferenceState _state = ReferenceState.Empty;

        public HashSet<string> Shapes { get; } = [];

        private string JobPath => Path.Combine(root.Path, job.JobPath);

        public async Task RunAsync()
        {
            job.Write();
            await RunNightAsync("first night");
            await RunNightAsync("first night again");
            job.Write();
            await RunNightAsync("second night");
            job.Write(newConfig: true);
            await RunNightAsync("new settings");
        }

        private async Task RunNightAsync(string name)
        {
            var where = $"seed {seed}, {name}";
            var input = ReferenceInput.Read(root.Path, job.JobPath);
            var connector = input.Config.Connectors[0];
            Shapes.Add(connector.Shape);
            var expected = ReferenceRun.Of(input, connector, _state, new());
            var requestsBefore = braze.Statistics.Requests;

            var run = await host.RunAsync(JobPath);

            Assert.True(run.Report is not null, $"{where}: {run.Failure}");
            var counts = run.Report!["connectors"]!["braze"]!["users"]!;
            Assert.True(
                (expected.Total, expected.New.Count, expected.Changed.Count, expected.Unchanged.Count, expected.Removed.Count, expected.Sent.Count, expected.Rejected.Count)
                == ((long)counts["total"]!, (long)counts["new"]!, (long)counts["changed"]!, (long)counts["unchanged"]!, (long)counts["removed"]!, (long)counts["accepted"]!, (long)counts["rejected"]!),
                $"{where}: expected total {expected.Total}, new {expected.New.Count}, changed {expected.Changed.Count}, unchanged {expected.Unchanged.Count}, removed {expected.Removed.Count}, sent {expected.Sent.Count}, rejected {expected.Rejected.Count}; got {counts.ToJsonString()} {run.Failure} {run.Report["connectors"]!["braze"]!["rejections"]!.ToJsonString()} {string.Join(';', expected.Rejected.Values.Distinct())}");
            AssertLines(where, input, run.Report);
            if (expected.Sent.Count == 0)
            {
                Assert.Equal(requestsBefore, braze.Statistics.Requests);
            }

            foreach (var (user, update) in expected.Sent)
            {
                // A clear never creates a user: under another identifier than before there is none to clear.
                if (_profiles.TryGetValue(Key(connector, user), out var profile) || update.Values.Any(v => v != "null"))
                {
                    _profiles[Key(connector, user)] = BrazeRules.Apply(profile ?? [], update);
                }
            }

            AssertProfiles(where);
            AssertRecords(where, expected, run.Report);
            _state = expected.Next;
        }

        private static string Key(ReferenceConnector connector, string user) =>
            connector.Identifier == "user_alias" ? $"{connector.AliasLabel}\n{user}" : user;

        private void AssertProfiles(string where)
        {
            var kept = braze.Profiles.All().Concat(braze.Profiles.All(IdentifierKind.UserAlias)).ToDictionary(p => p.Identity.Key);
            Assert.True(_profiles.Keys.ToHashSet().SetEquals(kept.Keys), $"{where}: other users");
            foreach (var (key, attributes) in _profiles)
            {
                var has = new SortedDictionary<string, string>(
                    kept[key].Attributes.ToDictionary(a => a.Key, a => ReferenceJson.Canonical(a.Value)), StringComparer.Ordinal);
                Assert.True(attributes.SequenceEqual(has), $"{where}, user {key}:\nexpected {ReferenceJson.Object(attributes)}\ngot      {ReferenceJson.Object(has)}");
            }

            Assert.True(braze.Statistics.SilentDrops.Count == 0, $"{where}: Braze dropped something");
        }

        private static void AssertLines(string where, ReferenceInput input, JsonObject report)
        {
            var lines = report["lines"]!;
            Assert.True(
                (input.Lines.Read, input.Lines.Results, input.Lines.Errors, input.Lines.Malformed, input.Lines.Duplicates, input.Lines.Empty)
                == ((long)lines["read"]!, (long)lines["results"]!, (long)lines["errors"]!, (long)lines["malformed"]!, (long)lines["duplicates"]!, (long)lines["empty"]!),
                $"{where}: lines {lines.ToJsonString()}");
            if (report["mapping"] is { } mapping)
            {
                Assert.True(
                    (input.Mapping!.RowCount, input.Mapping.Malformed, input.Mapping.ItemsByUser.Count, input.UsersWithoutRecommendations(), input.ItemsWithoutUsers())
                    == ((long)mapping["rows"]!, (long)mapping["malformed"]!, (long)mapping["users"]!, (long)mapping["usersWithoutRecommendations"]!, (long)mapping["itemsWithoutUsers"]!),
                    $"{where}: mapping {mapping.ToJsonString()}");
            }

            if (report["catalog"] is { } catalog)
            {
                Assert.True(
                    (input.Catalog.Items, input.Catalog.Malformed, input.Catalog.Duplicates, input.UnknownItems())
                    == ((long)catalog["items"]!, (long)catalog["malformed"]!, (long)catalog["duplicates"]!, (long)catalog["unknownItems"]!),
                    $"{where}: catalog {catalog.ToJsonString()}");
            }
        }

        private static void AssertRecords(string where, ReferenceRun expected, JsonObject report)
        {
            var folder = (string)report["connectors"]!["braze"]!["outputPath"]!;
            var records = new List<string>();
            // Two runs that begin within one second share a folder; a part's name says whose it is.
            foreach (var part in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"part-*-{(string)report["runId"]!}.json.gz") : [])
            {
                using var reader = new StreamReader(new GZipStream(File.OpenRead(part), CompressionMode.Decompress));
                while (reader.ReadLine() is { } line)
                {
                    records.Add(WithoutTime(JsonNode.Parse(line)!));
                }
            }

            Assert.Equal((long)report["connectors"]!["braze"]!["records"]!, records.Count);
            Assert.True(
                expected.Records.Select(WithoutTime).Order(StringComparer.Ordinal).SequenceEqual(records.Order(StringComparer.Ordinal)),
                $"{where}: records differ: {string.Join('\n', expected.Records.Select(WithoutTime).Except(records).Take(2))}\ngot {string.Join('\n', records.Except(expected.Records.Select(WithoutTime)).Take(2))}");
        }

        // The run's start is the one thing that a reference cannot know.
        private static string WithoutTime(JsonNode record)
        {
            var copy = record.DeepClone();
            copy["jobInfo"]!.AsObject().Remove("runDateTime");
            return ReferenceJson.Canonical(copy);
        }
    }
}

public sealed class RelatedItemsEndToEndTests(TemporalServerFixture server) : RandomJobEndToEndTests(server, "related_items", 1000);

public sealed class UserPersonalizationEndToEndTests(TemporalServerFixture server) : RandomJobEndToEndTests(server, "user_personalization", 2000);

public sealed class PersonalizedRankingEndToEndTests(TemporalServerFixture server) : RandomJobEndToEndTests(server, "personalized_ranking", 3000);
