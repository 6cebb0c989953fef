using System.Text;
using Google.Protobuf;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

/// <summary>What a person or another program may send as input. A run that cannot read it must end, not hang.</summary>
public abstract class ConnectorJobInputTests(ITemporalServer server)
{
    [Theory]
    [InlineData("{}", "names no job")]
    [InlineData("""{"jobPath":null}""", "names no job")]
    [InlineData("""{"jobPath":""}""", "names no job")]
    [InlineData("""{"jobPath":"  "}""", "names no job")]
    [InlineData("""{"jobPath":"//"}""", "names no job")]
    [InlineData("null", "names no job")]
    [InlineData("""{"jobPath":"/j","fullresinc":true,"Zeal":1}""", "Zeal, fullresinc")]
    [InlineData("""{"jobPath":7}""", "jobPath is a number; expected text")]
    [InlineData("""{"jobPath":["/j"]}""", "jobPath is a list; expected text")]
    [InlineData("""{"jobPath":"/j\ud800"}""", "jobPath is no valid text")]
    [InlineData("""{"jobPath":"/j","\ud800":1}""", "no JSON that can be read")]
    [InlineData("""{"jobPath":"/j","users":"a,b"}""", "users is text; expected a list of texts")]
    [InlineData("""{"jobPath":"/j","users":["a",7,null]}""", "users[1] is a number; expected text; users[2] is null; expected text")]
    [InlineData("""{"jobPath":"/j","users":[]}""", "users is an empty list")]
    [InlineData("""{"jobPath":"/j","fullResync":"yes"}""", "fullResync is text; expected true or false")]
    [InlineData("""{"jobPath":"/j","overrideGuards":1}""", "overrideGuards is a number; expected true or false")]
    [InlineData("""{"jobPath":"/j","limit":1.5}""", "limit is no whole number; expected a whole number")]
    [InlineData("""{"jobPath":"/j","limit":"5"}""", "limit is text; expected a whole number")]
    [InlineData("""{"jobPath":"/j","limit":99999999999999999999}""", "limit is no whole number")]
    [InlineData("""{"jobPath":"/j","limit":0}""", "limit is 0")]
    [InlineData("\"s3://bucket/etl_jobs/related_items/shop\"", "the input is text; expected an object")]
    [InlineData("[1]", "the input is a list; expected an object")]
    public async Task Run_UnusableInput_FailsAtOnceSayingWhy(string json, string expected)
    {
        var host = new WorkflowHost(server);

        var failure = await FailAsync(host, Json(json));

        Assert.Equal(FailureTypes.InvalidInput, failure.ErrorType);
        Assert.True(failure.NonRetryable);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Empty(host.Steps.Calls);
    }

    [Fact]
    public async Task Run_MoreUsersThanAPayloadHolds_FailsAtOnceSayingWhy()
    {
        var ids = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"user-{i:D4}\""));

        var failure = await FailAsync(new(server), Json($$"""{"jobPath":"/j","users":[{{ids}}]}"""));

        Assert.Contains("users names 300 users", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoInputAtAll_FailsAtOnce() => Assert.Equal(FailureTypes.InvalidInput, (await FailAsync(new(server))).ErrorType);

    [Fact]
    public async Task Run_BytesThatAreNoJson_FailsAtOnce()
    {
        foreach (var payload in new[] { Json("{\"jobPath\":"), Json(new string('[', 100) + new string(']', 100)), Encoded("binary/plain"), Encoded("rot13") })
        {
            Assert.Contains("no JSON that can be read", (await FailAsync(new(server), payload)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("jobPath")]
    [InlineData("JobPath")]
    [InlineData("JOBPATH")]
    public async Task Run_KeysInAnyCase_AreRead(string key)
    {
        var host = new WorkflowHost(server);

        await host.RunAsync(async () =>
        {
            var payload = Json($$"""{"{{key}}":"{{host.JobPath}}"}""");
            var handle = await host.Client.StartWorkflowAsync("ConnectorJob", [payload], host.Options(host.JobId));
            Assert.Equal(RunStatus.Completed, (await handle.GetResultAsync<ConnectorJobResult>()).Status);
        });
    }

    private static async Task<ApplicationFailureException> FailAsync(WorkflowHost host, params object[] arguments)
    {
        ApplicationFailureException? failure = null;
        await host.RunAsync(async () =>
        {
            var options = host.Options($"by-hand-{Guid.NewGuid():N}");
            options.ExecutionTimeout = TimeSpan.FromSeconds(20);
            var handle = await host.Client.StartWorkflowAsync("ConnectorJob", arguments, options);
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            failure = Assert.IsType<ApplicationFailureException>(failed.InnerException);
        });
        return failure!;
    }

    private static RawValue Json(string json) => Raw("json/plain", json);

    private static RawValue Encoded(string encoding) => Raw(encoding, "text");

    private static RawValue Raw(string encoding, string data) => new(new Payload
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) },
        Data = ByteString.CopyFrom(Encoding.UTF8.GetBytes(data)),
    });
}

public sealed class ConnectorJobInputTestsOnEngine(EngineFixture engine) : ConnectorJobInputTests(engine);

public sealed class ConnectorJobInputTestsOnServer(TemporalServerFixture server) : ConnectorJobInputTests(server);
