using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Watch;

public sealed class OutputWatcherTests
{
    private const string JobPath = "s3://root/" + WatchRig.Job;
    private const string Output = WatchRig.Job + "/output/braze/year=2026/month=11/day=23/time=020000/";
    private const string RunId = "20261123T020000Z-0123abcd";

    [Fact]
    public async Task Watch_BurstOfOutput_IsAFewSignsOfTheJobsThatReadIt()
    {
        var rig = new WatchRig();
        rig.Configure("again", "s3://batch/dsg/");
        var events = Enumerable.Range(0, 10_000).Select(i => WatchRig.Event("batch", $"dsg/shop-sims/run/{i}.json.out", at: $"2026-11-23T02:{i % 60:D2}:05Z"));

        var counts = await rig.WatchAsync(events);

        Assert.Equal(new WatchCounts(Messages: 10_000, Outputs: 10_000), counts);
        Assert.InRange(rig.Signals, 1, 60);
        Assert.Equal(["s3://root/etl_jobs/related_items/again", JobPath], rig.Outputs.Select(o => o.JobPath).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(new OutputSign(JobPath, IsComplete: false, 30, new(2026, 11, 23, 2, 59, 5, TimeSpan.Zero)), rig.Outputs);
    }

    [Fact]
    public async Task Watch_CompletedBatchJob_StartsWhoReadsItAtOnce()
    {
        var rig = new WatchRig();

        var counts = await rig.WatchAsync(
            """{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","detail":{"Arn":"a/batch_shop-sims_2026_11_23_01_00_00","Status":"ACTIVE"}}""",
            """{"source":"solutions.aws.personalize","detail-type":"Personalize BatchInferenceJob status change","detail":{"JobName":"x","Status":"ACTIVE","JobOutput":{"s3DataDestination":{"path":"s3://batch/dsg/shop-sims/x"}}}}""",
            """{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","detail":{"Arn":"a/batch_other_2026_11_23_01_00_00","Status":"ACTIVE"}}""");

        Assert.Equal(new WatchCounts(Messages: 3, Completions: 2, Foreign: 1), counts);
        Assert.All(rig.Outputs, sign => Assert.Equal(new OutputSign(JobPath, IsComplete: true, 30, At: null), sign));
        Assert.NotEmpty(rig.Outputs);
    }

    [Fact]
    public async Task Watch_PartsOfOthers_AreNotedOnceAVersionAndOursLeftAlone()
    {
        var rig = new WatchRig();
        rig.Store.Put($"{WatchRig.Job}/runs/{RunId}/report.json", "{}");

        var counts = await rig.WatchAsync(
            WatchRig.Event("root", Output + "run-1 part+a.json"),
            WatchRig.Event("root", Output + "run-1 part+a.json"),
            WatchRig.Event("root", Output + "run-1 part+a.json", etag: "e2"),
            WatchRig.Event("root", Output.Replace("/braze/", "/second/", StringComparison.Ordinal) + "any.gz"),
            WatchRig.Event("root", $"{Output}part-00000-{RunId}.json.gz"),
            WatchRig.Event("root", $"{Output}part-00000-20261123T020000Z-ffffffff.json.gz"),
            WatchRig.Event("root", $"{Output}part-00000-20261001T020000Z-00000000.json.gz"),
            WatchRig.Event("root", WatchRig.Job + "/output/braze/state/manifest.json"));

        Assert.Equal(new WatchCounts(Messages: 8, Parts: 4, OwnParts: 3, Repeats: 1), counts);
        Assert.Equal([new(JobPath, "braze"), new PartSign(JobPath, "second")], rig.Parts.Distinct().OrderBy(p => p.Connector, StringComparer.Ordinal));
        Assert.Equal(3, rig.Store.Keys.Count(k => k.StartsWith(WatchRig.Job + "/events/braze/pending/", StringComparison.Ordinal)));

        // Another watch, after a crash: what is noted is told again.
        rig.Parts.Clear();
        await rig.WatchAsync(WatchRig.Event("root", Output + "run-1 part+a.json"));
        Assert.Equal(2, rig.Parts.Distinct().Count());
    }

    [Fact]
    public async Task Watch_MarksOfDeliveredParts_GoAfterThirtyDays()
    {
        const string Done = WatchRig.Job + "/events/second/done/";
        var rig = new WatchRig();
        var now = TimeProvider.System.GetUtcNow();
        rig.Store.Put(Done + "a", "", modified: now.AddDays(-31));
        rig.Store.Put(Done + "b", "", modified: now.AddDays(-29));

        await rig.WatchAsync("no event");

        Assert.Equal([Done + "b"], rig.Store.Keys.Where(key => key.StartsWith(Done, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Watch_WhatConcernsNoJob_IsCountedAndDeleted()
    {
        var rig = new WatchRig();
        rig.Store.Put("etl_jobs/related_items/broken/config.json", "{");

        var counts = await rig.WatchAsync(
            "no JSON",
            """{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"root"}""",
            WatchRig.Event("elsewhere", "a.out"),
            WatchRig.Event("batch", "dsg/shop-sims/run/_CHECK"),
            WatchRig.Event("batch", "dsg/shop-sims-2/run/a.out"),
            WatchRig.Event("root", WatchRig.Job + "/config.json"),
            WatchRig.Event("root", Output + "_SUCCESS"),
            WatchRig.Event("root", WatchRig.Job + "/output/files/year=2026/a.json"),
            WatchRig.Event("root", WatchRig.Job + "/output/unknown/year=2026/a.json"));

        Assert.Equal(new WatchCounts(Messages: 9, Foreign: 7, Malformed: 1, Tests: 1), counts);
        Assert.Equal((9, 0), (rig.Queues.Queue.Deleted.Count, rig.Signals));
    }
}
