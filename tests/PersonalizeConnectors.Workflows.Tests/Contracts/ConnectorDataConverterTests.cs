using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Converters;

namespace PersonalizeConnectors.Workflows.Tests.Contracts;

public sealed class ConnectorDataConverterTests
{
    [Fact]
    public async Task Input_ThereAndBack_IsTheSame()
    {
        var input = new ConnectorJobInput { JobPath = "s3://b/etl_jobs/t/é\"\\😀", FullResync = true, Users = ["", "1", "\u0000"], Limit = long.MaxValue, OverrideGuards = false };

        var payload = await ConnectorDataConverter.Instance.ToPayloadAsync(input);
        var read = await ConnectorDataConverter.Instance.ToValueAsync<ConnectorJobInput>(payload);

        Assert.Equivalent(input with { Malformed = [] }, read, strict: true);
        Assert.StartsWith("{\"jobPath\":", payload.Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_WithKeysOfALaterVersion_IsRead()
    {
        var payload = await ConnectorDataConverter.Instance.ToPayloadAsync(new { RunId = "r", Status = "completed", Later = new[] { 1 } });

        var read = await ConnectorDataConverter.Instance.ToValueAsync<ConnectorJobResult>(payload);

        Assert.Equal(("r", "completed"), (read.RunId, read.Status));
    }

    [Fact]
    public async Task DrainInputThatCannotBeRead_NamesNoQueue()
    {
        var payload = await ConnectorDataConverter.Instance.ToPayloadAsync(new { jobPath = 5 });

        Assert.Null((await ConnectorDataConverter.Instance.ToValueAsync<QueueDrainInput>(payload)).JobPath);
    }

    [Fact]
    public async Task WatchInputThatCannotBeRead_NamesNoRoot()
    {
        var payload = await ConnectorDataConverter.Instance.ToPayloadAsync(new { root = "s3://bucket", quietSeconds = "five minutes" });

        Assert.Null((await ConnectorDataConverter.Instance.ToValueAsync<OutputWatchInput>(payload)).Root);
    }

    [Fact]
    public async Task AnotherTypeThatCannotBeRead_StillThrows()
    {
        var payload = await ConnectorDataConverter.Instance.ToPayloadAsync("text");

        await Assert.ThrowsAnyAsync<Exception>(() => ConnectorDataConverter.Instance.ToValueAsync<RunRef>(payload));
    }
}
