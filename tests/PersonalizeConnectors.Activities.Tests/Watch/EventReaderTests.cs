using System.Text.Json;
using PersonalizeConnectors.Activities.Watch;

namespace PersonalizeConnectors.Activities.Tests.Watch;

public sealed class EventReaderTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 2, 0, 5, TimeSpan.Zero);

    [Fact]
    public void Read_NotificationOfS3_DecodesKeyAndTellsTheVersion()
    {
        var events = EventReader.Read(
            """
            {"Records":[
              {"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-11-23T02:00:05.000Z","eventName":"ObjectCreated:CompleteMultipartUpload",
               "s3":{"s3SchemaVersion":"1.0","bucket":{"name":"shop","arn":"arn:aws:s3:::shop"},
                     "object":{"key":"etl_jobs/x/output/braze/year%3D2026/a+b%2Bc.json","size":12,"eTag":"d41d","versionId":"v1","sequencer":"0055AED6DCD90281E5"}}},
              {"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"shop"},"object":{"key":"k","eTag":"\"d41d\""}}},
              {"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"shop"},"object":{"key":"k","eTag":"d41d","versionId":"null","sequencer":"0055AED6"}}},
              {"eventSource":"aws:s3","eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"shop"},"object":{"key":"k"}}}]}
            """);

        Assert.Equal(
            [
                new WatchEvent.Written("s3://shop/etl_jobs/x/output/braze/year=2026/a b+c.json", "v1", "d41d", At),
                new WatchEvent.Written("s3://shop/k", "d41d", "d41d", null),
                new WatchEvent.Written("s3://shop/k", "d41d 0055AED6", "d41d", null),
                new WatchEvent.Foreign(),
            ],
            events);
    }

    [Fact]
    public void Read_ThroughEventBridgeAndSns_IsTheSame()
    {
        var bus = """
            {"version":"0","source":"aws.s3","detail-type":"Object Created","time":"2026-11-23T02:00:05Z",
             "detail":{"bucket":{"name":"shop"},"object":{"key":"year=2026/a+b","size":5,"etag":"b1946","version-id":"v2","sequencer":"617f"}}}
            """;

        var plain = EventReader.Read(bus);
        var wrapped = EventReader.Read($$"""{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":{{JsonSerializer.Serialize(bus)}}}""");

        Assert.Equal([new WatchEvent.Written("s3://shop/year=2026/a+b", "v2", "b1946", At)], plain);
        Assert.Equal(plain, wrapped);
    }

    [Theory]
    [InlineData(
        """{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","time":"2026-11-23T02:00:05Z","detail":{"Arn":"arn:aws:personalize:eu-west-1:1:batch-inference-job/batch_shop_2026_11_23_01_00_00","Status":"ACTIVE","Duration":1800}}""",
        "batch_shop_2026_11_23_01_00_00", null)]
    [InlineData(
        """{"source":"solutions.aws.personalize","detail-type":"Personalize BatchSegmentJob status change","time":"2026-11-23T02:00:05Z","detail":{"Arn":"arn:x/n","Status":"ACTIVE","JobName":"mine","JobOutput":{"s3DataDestination":{"path":"s3://batch/out/"}}}}""",
        "mine", "s3://batch/out/")]
    public void Read_CompletedBatchJob_NamesIt(string body, string name, string? path) =>
        Assert.Equal([new WatchEvent.Completed(name, path, At)], EventReader.Read(body));

    [Theory]
    [InlineData("""{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","detail":{"Arn":"a/b","Status":"CREATING"}}""")]
    [InlineData("""{"source":"solutions.aws.personalize","detail-type":"Personalize Solution Version State Change","detail":{"Arn":"a/b","Status":"ACTIVE"}}""")]
    [InlineData("""{"source":"aws.s3","detail-type":"Object Deleted","detail":{}}""")]
    [InlineData("""{"source":"somebody.else","detail":{}}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:ses","eventName":"ObjectCreated:Put"}]}""")]
    public void Read_SomethingElse_IsForeign(string body) => Assert.Equal([new WatchEvent.Foreign()], EventReader.Read(body));

    [Fact]
    public void Read_TestEvent_IsTold() =>
        Assert.Equal([new WatchEvent.Test()], EventReader.Read("""{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-23T02:00:05.000Z","Bucket":"shop"}"""));

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Records":{}}""")]
    [InlineData("""{"Records":[7]}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}""")]
    [InlineData("""{"source":"aws.s3","detail-type":"Object Created","detail":"text"}""")]
    [InlineData("""{"source":"solutions.aws.personalize","detail-type":"Personalize Batch Inference Job State Change","detail":{"Status":"ACTIVE"}}""")]
    [InlineData("""{"Type":"Notification","Message":"no JSON"}""")]
    [InlineData("""{"Type":"Notification","Message":"{\"Type\":\"Notification\",\"Message\":\"{}\"}"}""")]
    public void Read_NoEvent_IsNull(string body) => Assert.Null(EventReader.Read(body));
}
