using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Queue;

/// <summary>A delivery range into a queue.</summary>
public sealed class QueueDeliveryTests : IDisposable
{
    private readonly DeliveryRig _rig = new();

    public QueueDeliveryTests() => _rig.Stage.Connector = _rig.Stage.Connector with { Delivery = DeliveryMode.Queue };

    private Fakes.FakeQueue Queue => _rig.Queues.Queue;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task RunAsync_EverythingTaken_AMessageAUserInTheFormOfTheSample()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with
        {
            AttributePrefix = "recs_",
            AttributePrefixIsSet = true,
            OtherAttributes = [KeyValuePair.Create("source", "\"nightly\"")],
        };
        await _rig.Stage.StageAsync(23);

        var result = _rig.Deliver(23);

        Assert.Equal(new DeliverResult(23, 0, 0, new RequestCounts(3)), result);
        Assert.Equal(Enumerable.Range(0, 23).Select(n => $"u-0-{n}").Order(), Queue.Taken.Select(m => (string)JsonNode.Parse(m.Body)!["userId"]!).Order());
        Assert.Equal(
            """{"userId":"u-0-0","recommendations":[{"name":"Tent","itemId":"i-0"}],"jobInfo":{"name":"shop","runDateTime":"2026-11-23T02:00:00Z"},"syncDirectives":{"attributePrefix":"recs_","otherAttributes":{"source":"nightly"}}}""",
            Queue.Taken.Single(m => m.Body.Contains("\"u-0-0\"", StringComparison.Ordinal)).Body);
        Assert.Equal(["recs_itemId", "recs_name", "source"], _rig.Stage.Segments().SelectMany(s => s.AttributeNames).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(_rig.Destination.Requests);
    }

    [Fact]
    public async Task RunAsync_SomeMessagesFail_TheyAloneAreSentAgain()
    {
        await _rig.Stage.StageAsync(10);
        var isFirst = true;
        Queue.OnSend = messages => Once(ref isFirst) ? new([], [1, 7]) : new([], []);

        var result = _rig.Deliver(10);

        Assert.Equal([10, 2], Queue.Sends.Select(s => s.Count));
        Assert.Equal([Queue.Sends[0][1], Queue.Sends[0][7]], Queue.Sends[1]);
        Assert.Equal((10, 10), (result.Accepted, Queue.Taken.Count));
    }

    [Fact]
    public async Task RunAsync_SomeFailAndOneOfThemIsThenRefused_ThatUserIsRejected()
    {
        await _rig.Stage.StageAsync(10);
        var isFirst = true;
        Queue.OnSend = messages => Once(ref isFirst) ? new([], [4, 9]) : new([(1, "InvalidMessageContents")], []);

        var result = _rig.Deliver(10);

        Assert.Equal((9, 1), (result.Accepted, result.Rejected));
        var line = JsonNode.Parse(Assert.Single(_rig.Stage.RejectedLines()))!;
        Assert.Equal(("u-0-9", "The queue refused the message (InvalidMessageContents)."), ((string)line["userId"]!, (string)line["reason"]!));
    }

    [Fact]
    public async Task RunAsync_MessageLargerThanTheQueueTakes_IsARejectionWithTheReason()
    {
        _rig.Queues.Queue = new() { MaxMessageBytes = 60 };
        await _rig.Stage.StageAsync(2);

        var result = _rig.Deliver(2);

        Assert.Equal((0, 2), (result.Accepted, result.Rejected));
        Assert.All(_rig.Stage.RejectedLines(), line => Assert.Contains("The message is larger than the queue takes (60 bytes).", line, StringComparison.Ordinal));
        Assert.Empty(Queue.Sends);
    }

    [Fact]
    public async Task RunAsync_TenMessagesLargerThanARequest_GoInSeveral()
    {
        var large = new string('x', 250_000);
        await CatalogWriter.WriteAsync(_rig.Stage.Store, _rig.Stage.Keys.Catalog(DeliveryStage.ConnectorName), ["name"], new TestItem("i-0", ("name", $"\"{large}\"")));
        await _rig.Stage.StageShardAsync(0, [.. Enumerable.Range(0, 10).Select(n => ($"u-{n}", UpdateOperation.Set))]);

        var result = _rig.Deliver(10);

        Assert.Equal(10, result.Accepted);
        Assert.Equal([4, 4, 2], Queue.Sends.Select(s => s.Count).OrderDescending());
        Assert.All(Queue.Sends, send => Assert.True(send.Sum(m => m.Body.Length) <= SqsQueue.MostBytes));
    }

    [Fact]
    public async Task RunAsync_QueueAwayAndBack_GoesOn()
    {
        await _rig.Stage.StageAsync(20);
        var failures = 3;
        Queue.OnSend = _ => failures-- > 0 ? throw new ConnectorException(FailureTypes.AwsUnreachable, "SQS cannot be reached.", transient: true) : new([], []);

        Assert.Equal(20, _rig.Deliver(20).Accepted);
    }

    [Fact]
    public async Task RunAsync_QueueGone_StopsWithTheSentence()
    {
        await _rig.Stage.StageAsync(20);
        Queue.OnSend = _ => throw new ConnectorException(FailureTypes.InvalidConfiguration, "Cannot send to the queue updates: there is none.", transient: false);

        var e = Assert.Throws<ConnectorException>(() => _rig.Deliver(20));

        Assert.Equal((FailureTypes.DestinationRefused, "Connector \"shop\": Cannot send to the queue updates: there is none."), (e.Type, e.Message));
    }

    [Fact]
    public async Task RunAsync_Fifo_GroupsByUserAndTellsRepeatsByRunAndPlace()
    {
        _rig.Queues.Queue = new() { Name = "updates.fifo", IsFifo = true };
        await _rig.Stage.StageAsync(40);

        _rig.Deliver(40);

        Assert.All(Queue.Taken, m => Assert.Matches("^[0-9a-f]{2}$", m.Group));
        Assert.True(Queue.Taken.Select(m => m.Group).Distinct().Count() > 20);
        Assert.Equal(40, Queue.Taken.Select(m => m.Deduplication).Distinct().Count());
        Assert.All(Queue.Taken, m => Assert.Matches("^20261123T020000Z-0123abcd-shop-0-[0-9]+$", m.Deduplication));
    }

    [Fact]
    public async Task RunAsync_RemovedUser_IsAMessageThatTheSamplePassesOverAndADrainClears()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { OnRemoved = OnRemoved.Clear };
        _rig.Stage.SentAttributes = ["recs_name"];
        await _rig.Stage.StageAsync(0);
        await _rig.Stage.StageShardAsync(0, [("gone", UpdateOperation.Clear)]);

        Assert.Equal(1, _rig.Deliver(1).Accepted);

        var message = JsonNode.Parse(Assert.Single(Queue.Taken).Body)!;
        Assert.Equal(("gone", 0, "clear"), ((string)message["userId"]!, message["recommendations"]!.AsArray().Count, (string)message["syncDirectives"]!["operation"]!));
    }

    private static bool Once(ref bool isFirst)
    {
        var was = isFirst;
        isFirst = false;
        return was;
    }
}
