using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Drain;

public sealed class PartDelivererTests
{
    private const string Folder = DrainRig.JobPath + "/output/braze/year=2026/month=11/day=23/time=020000/";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliver_PlainAndGzipUnderAnyName_InTheOrderOfWriting()
    {
        await using var rig = await DrainRig.StartAsync();
        var many = string.Join('\n', Enumerable.Range(0, 600).Select(i => Record($"u-{i}", "a")));
        await PutAsync(rig, "second", Gzip(Record("anna", "newer") + "\n\nno record\n"), minute: 2);
        await PutAsync(rig, "first.json", Encoding.UTF8.GetBytes($"{many}\n{Record("anna", "older")}"), minute: 1);
        await PutAsync(rig, "gone.json", Encoding.UTF8.GetBytes(Record("bert", "a")), minute: 3);
        await rig.Store.DeleteAsync(Folder + "gone.json", Token);
        await PutAsync(rig, "replaced.json", Encoding.UTF8.GetBytes(Record("bert", "a")), minute: 4);
        rig.Store.Put(Folder + "replaced.json", Record("bert", "b"));
        await PutAsync(rig, "damaged", [.. Gzip(Record("cleo", "a") + "\n")[..^9], .. new byte[40]], minute: 5);

        var counts = await rig.DeliverPartsAsync();

        Assert.Equal((3, 2, 1), (counts.Delivered, counts.Gone, counts.Damaged));
        Assert.Equal((1, 0), (counts.Records!.Poison, counts.Records.Rejected));
        Assert.Equal("[\"newer\"]", rig.Attribute("anna", "recommendation_itemId"));
        Assert.Equal("[\"a\"]", rig.Attribute("u-599", "recommendation_itemId"));
        Assert.Null(rig.Attribute("bert", "recommendation_itemId"));
        Assert.DoesNotContain(rig.Store.Keys, key => key.Contains("/pending/", StringComparison.Ordinal));
        Assert.Equal(5, rig.Store.Keys.Count(key => key.Contains("/done/", StringComparison.Ordinal)));

        // The same events again.
        Assert.False(await rig.Parts.NoteAsync(Folder + "first.json", "v1", "", at: null, Token));
        Assert.Equal(new PartCounts(), await rig.DeliverPartsAsync());
    }

    /// <summary>Between the mark of its delivery and the end of its note, an event that comes again finds neither.</summary>
    [Fact]
    public async Task Deliver_NotedOnceMoreWhenItWasDone_IsNotDeliveredAgain()
    {
        await using var rig = await DrainRig.StartAsync();
        await PutAsync(rig, "part", Encoding.UTF8.GetBytes(Record("anna", "a")), minute: 1);
        var note = Assert.Single(rig.Store.Keys, key => key.Contains("/pending/", StringComparison.Ordinal));
        var noted = rig.Store[note];
        await rig.DeliverPartsAsync();

        rig.Store.Put(note, Encoding.UTF8.GetString(noted));
        var counts = await rig.DeliverPartsAsync();

        Assert.Equal(new PartCounts(), counts);
        Assert.Equal(1, rig.Braze.Statistics.Requests);
        Assert.DoesNotContain(note, rig.Store.Keys);
    }

    [Fact]
    public async Task Deliver_AnotherAttempt_GoesOnWithTheCountsOfTheLast()
    {
        var refuse = false;
        await using var rig = await DrainRig.StartAsync(_ => Volatile.Read(ref refuse) ? new() { Kind = FaultKind.Status, Status = 401 } : null);
        await PutAsync(rig, "first", Encoding.UTF8.GetBytes(Record("anna", "a")), minute: 1);
        var first = await rig.DeliverPartsAsync(new PartCounts(Delivered: 5, Gone: 1));
        Assert.Equal((6, 1, 1), (first.Delivered, first.Gone, first.Records!.Accepted));
        Assert.Equal(first, rig.SettledParts());

        Volatile.Write(ref refuse, true);
        await PutAsync(rig, "second", Encoding.UTF8.GetBytes(Record("bert", "a")), minute: 2);
        await Assert.ThrowsAsync<ConnectorException>(() => rig.DeliverPartsAsync(first));
        Assert.Equal(first, rig.SettledParts());
    }

    private static async Task PutAsync(DrainRig rig, string name, byte[] content, int minute)
    {
        rig.Store.Put(Folder + name, content);
        var entry = await rig.Store.FindAsync(Folder + name, Token);
        Assert.True(await rig.Parts.NoteAsync(Folder + name, "v1", entry!.ETag.Trim('"'), new(2026, 11, 23, 2, minute, 0, TimeSpan.Zero), Token));
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private static string Record(string user, string item) => $$"""{"userId":"{{user}}","recommendations":[{"itemId":"{{item}}"}]}""";
}
