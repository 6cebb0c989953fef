using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.Plans;

/// <summary>A run does what the plan before it said, to the byte.</summary>
public sealed partial class PlanExactnessTests
{
    [Theory]
    [InlineData("related_items/because_you_bought")]
    [InlineData("user_personalization/picked_for_you")]
    [InlineData("personalized_ranking/weekly_newsletter")]
    public async Task Plan_SampleJob_IsWhatTheRunThenDoes(string job)
    {
        using var root = new CopiedSamples();
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var jobPath = Path.Combine(root.Path, "etl_jobs", job);
        var planned = new PlannedJob(root.Path, jobPath, braze);

        var (exitCode, first) = await planned.PlanAsync();
        Assert.Equal((0, "ready"), (exitCode, (string?)first["status"]));
        Assert.Null(first["lastRun"]);
        var run = await planned.RunAsPlannedAsync(first, "first");

        var (_, second) = await planned.PlanAsync();
        Assert.Equal("nothingToDo", (string?)second["status"]);
        Assert.Equal(((string?)run["runId"], true, true), ((string?)second["lastRun"]!["runId"], (bool)second["lastRun"]!["sameBatchOutput"]!, (bool)second["lastRun"]!["sameConfiguration"]!));
        await planned.RunAsPlannedAsync(second, "second");

        ChangePrices(jobPath);
        var (_, third) = await planned.PlanAsync("--samples", "100");
        var connector = third["connectors"]!["braze"]!;
        var changed = (long)connector["users"]!["changed"]!;
        Assert.Equal((0, 0, changed), ((long)connector["users"]!["new"]!, (long)connector["users"]!["removed"]!, (long)connector["users"]!["sent"]!));
        Assert.InRange(changed, 1, (long)connector["users"]!["total"]!);
        Assert.Equal(Math.Min(100, changed), connector["samples"]!["changed"]!.AsArray().Count);
        await planned.RunAsPlannedAsync(third, "third");
        Assert.All(connector["samples"]!["changed"]!.AsArray(), sample => AssertIsAtBraze(braze, sample!));
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(4001)]
    public async Task Plan_RandomJob_IsWhatTheRunThenDoes(int seed)
    {
        using var root = new ReferenceRoot();
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var job = new RandomJob(seed, root.Path);
        var planned = new PlannedJob(root.Path, Path.Combine(root.Path, job.JobPath), braze);
        foreach (var night in new[] { "first night", "second night", "new settings" })
        {
            job.Write(newConfig: night == "new settings");
            var (exitCode, plan) = await planned.PlanAsync();

            Assert.True(exitCode is 0 or 3, $"seed {seed}, {night}: {plan.ToJsonString()}");
            await planned.RunAsPlannedAsync(plan, $"seed {seed}, {night}");
        }
    }

    // Braze keeps equal values of a list once, so lists are compared as sets.
    private static void AssertIsAtBraze(BrazeSimulator braze, JsonNode sample)
    {
        var profile = braze.Profiles.Find((string)sample["userId"]!)!.Attributes.ToDictionary(a => a.Key, a => JsonNode.Parse(a.Value));
        foreach (var (name, value) in sample["payload"]!.AsObject().Where(member => member.Key != "external_id" && !member.Key.StartsWith('_')))
        {
            Assert.Equal(Values(value), Values(profile[name]));
        }

        static SortedSet<string> Values(JsonNode? node) =>
            new((node is JsonArray list ? list : [node?.DeepClone()]).Select(value => ReferenceJson.Canonical(value!)), StringComparer.Ordinal);
    }

    // Every price of the catalog's first file, whatever it was.
    private static void ChangePrices(string jobPath)
    {
        var file = Directory.EnumerateFiles(Path.Combine(jobPath, "input", "item_metadata")).Order(StringComparer.Ordinal).First();
        var isGzip = file.EndsWith(".gz", StringComparison.Ordinal);
        string text;
        using (var reader = new StreamReader(isGzip ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress) : File.OpenRead(file)))
        {
            text = reader.ReadToEnd();
        }

        var lines = text.Split('\n');
        for (var i = 0; i < Math.Min(6, lines.Length); i++)
        {
            lines[i] = Price().Replace(lines[i], "${start}1234.50");
        }

        using var writer = new StreamWriter(isGzip ? new GZipStream(File.Create(file), CompressionLevel.Fastest) : File.Create(file));
        writer.Write(string.Join('\n', lines));
    }

    [GeneratedRegex("(?<start>\"price\"\\s*:\\s*)[0-9.]+")]
    private static partial Regex Price();
}
