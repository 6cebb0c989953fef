using System.Text;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Braze;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Braze;

public sealed class BrazeDeliveryTests : IDestinationSecrets, IDisposable
{
    private const string OldKey = "old-key-4711";
    private const string NewKey = "new-key-4712";
    private const string Success = """{"message":"success"}""";

    private readonly FakeTimeProvider _clock = new();
    private readonly DeliveryStage _stage = new();
    private readonly FakeScratch _scratch = new();
    private readonly RecordingLogger<DeliverRange> _log = new();
    private readonly RecordingLogger<BrazeDestination> _destinationLog = new();
    private readonly Queue<string> _keys = new([OldKey, NewKey]);

    public BrazeDeliveryTests() => _stage.Connector = _stage.Connector with { Type = "braze", AttributePrefix = "recs_" };

    public void Dispose() => _scratch.Dispose();

    public Task<DestinationAccount> ReadAsync(string connectorName, CancellationToken cancellationToken) =>
        Task.FromResult(new DestinationAccount(new Uri("https://rest.iad-01.braze.com"), new ApiKey(_keys.Count > 1 ? _keys.Dequeue() : _keys.Peek())));

    [Fact]
    public async Task RunAsync_Accepted_RequestIsAsBrazeWantsIt()
    {
        await _stage.StageAsync(2);
        using var http = new FakeHttp((_, _) => FakeHttp.Respond(201, """{"message":"success","attributes_processed":2}"""));

        Assert.Equal(2, Deliver(http, 2).Accepted);

        var request = Assert.Single(http.Requests);
        Assert.Equal("https://rest.iad-01.braze.com/users/track", request.RequestUri!.ToString());
        Assert.Equal($"Bearer {OldKey}", request.Headers.Authorization!.ToString());
        Assert.Equal(
            """{"attributes":[{"external_id":"u-0-0","recs_name":["Tent"],"recs_itemId":["i-0"]},{"external_id":"u-0-1","recs_name":["Tent"],"recs_itemId":["i-0"]}]}""",
            Assert.Single(http.Bodies));
    }

    [Fact]
    public async Task RunAsync_KeyRotated_IsReadAnewAndEverybodyAccepted()
    {
        await _stage.StageAsync(300);
        using var http = new FakeHttp((request, _) => request.Headers.Authorization!.Parameter == NewKey
            ? FakeHttp.Respond(201, Success)
            : FakeHttp.Respond(401, $"Invalid API key: {OldKey}"));

        Assert.Equal(300, Deliver(http, 300).Accepted);
        Assert.Single(_destinationLog.Messages);
    }

    [Fact]
    public async Task RunAsync_KeyRotatedTwice_IsReadAnewTwice()
    {
        await _stage.StageAsync(300);
        _keys.Enqueue(NewKey + "-again");
        var taken = 0;
        using var http = new FakeHttp((request, _) => request.Headers.Authorization!.Parameter switch
        {
            OldKey => FakeHttp.Respond(401, "Invalid API key"),
            NewKey when Interlocked.Increment(ref taken) > 5 => FakeHttp.Respond(401, "Invalid API key"),
            _ => FakeHttp.Respond(201, Success),
        });

        Assert.Equal(300, Deliver(http, 300).Accepted);
        Assert.Equal(2, _destinationLog.Messages.Count);
    }

    [Theory]
    [InlineData(401, 2)]
    [InlineData(403, 1)]
    [InlineData(404, 1)]
    [InlineData(415, 1)]
    public async Task RunAsync_AccountRefused_StopsAndSaysWhatToDo(int status, int requests)
    {
        await _stage.StageAsync(300);
        using var http = new FakeHttp((request, _) => FakeHttp.Respond(status, $"Invalid API key: {request.Headers.Authorization!.Parameter}"));

        var failure = Assert.Throws<ConnectorException>(() => Deliver(http, 300));

        Assert.Equal(FailureTypes.DestinationRefused, failure.Type);
        Assert.Contains($"HTTP {status}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(requests, http.Requests.Count);
        AssertNoKey(failure.ToString());
    }

    [Fact]
    public async Task RunAsync_AnswerEchoesKeyAndId_NeitherIsKept()
    {
        await _stage.StageAsync(3);
        using var http = new FakeHttp((_, _) => FakeHttp.Respond(
            201, $$"""{"message":"success","errors":[{"type":"user u-0-1 with key {{OldKey}} is blocked","index":1}]}"""));

        var result = Deliver(http, 3);

        Assert.Equal((2, 1), (result.Accepted, result.Rejected));
        Assert.Equal("user … with key … is blocked", Assert.Single(_stage.Segments().SelectMany(s => s.Outcomes)).Reason);
        AssertNoKey(string.Concat(_stage.RejectedLines()));
    }

    [Fact]
    public async Task RunAsync_ConnectionRefusedThenBack_EverybodyAccepted()
    {
        await _stage.StageAsync(20);
        var requests = 0;
        using var http = new FakeHttp((_, _) => ++requests switch
        {
            1 => throw new HttpRequestException(HttpRequestError.ConnectionError, $"no way with {OldKey}"),
            2 => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            3 => FakeHttp.Respond(503, "<html>"),
            _ => FakeHttp.Respond(201, Success),
        });

        var result = Deliver(http, 20);

        Assert.Equal((20, 3), (result.Accepted, (int)result.Requests.Retried));
    }

    private DeliverResult Deliver(FakeHttp http, int users)
    {
        using var pacers = new PacerRegistry(_clock);
        var destination = new BrazeDestination(new BrazeClient(http, new BrazeOptions(), _clock), this, _destinationLog);
        var deliver = new DeliverRange(_stage, _stage, _scratch, _stage, [destination], pacers, _clock, _log);
        try
        {
            return TimePump.Run(_clock, () => deliver.RunAsync(DeliveryStage.Input(new(0, 0, 0, users)), StepContext.None));
        }
        finally
        {
            _log.Messages.Concat(_destinationLog.Messages).ToList().ForEach(AssertNoKey);
            _stage.Store.Keys.ToList().ForEach(key => AssertNoKey(Encoding.Latin1.GetString(_stage.Store[key])));
        }
    }

    private static void AssertNoKey(string text)
    {
        Assert.DoesNotContain(OldKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain(NewKey, text, StringComparison.Ordinal);
    }
}
