using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Recover;
using PersonalizeConnectors.Activities.Tests.State;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.Recover;

public sealed class RetractedUsersTests
{
    private readonly StateFixture _fixture = new();

    private string Folder => RunKeys.RetractionsOf(_fixture.Job.Prefix, Connector);

    [Fact]
    public async Task RunAsync_RetractedUsers_AreInTheStateWithAFingerprintThatEqualsNone()
    {
        await _fixture.AcceptAsync(FirstRun, 2, ("anna", 1), ("bert", 1), ("cleo", 1));
        Put("1", ("anna", UpdateOperation.Set), ("never seen", UpdateOperation.Set));
        Put("2", ("cleared", UpdateOperation.Clear));

        await RunAsync();

        var state = await _fixture.ReadAsync();
        Assert.Equal(["anna", "bert", "cleared", "cleo"], state.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((Fingerprint.Unknown, Print(1), Fingerprint.Unknown), (state["anna"].Print, state["bert"].Print, state["cleared"].Print));
        Assert.Equal((FirstRun, 4L), (_fixture.Manifest().Run, _fixture.Manifest().Users));
        Assert.DoesNotContain(_fixture.Store.Keys, key => key.StartsWith(Folder, StringComparison.Ordinal));

        // A run that publishes later finds its own place free.
        await _fixture.AcceptAsync(SecondRun, 2, ("anna", 2));
        Assert.Equal(Print(2), (await _fixture.ReadAsync())["anna"].Print);
    }

    [Fact]
    public async Task RunAsync_Again_ChangesNothing()
    {
        await _fixture.AcceptAsync(FirstRun, 1, ("anna", 1), ("bert", 1));
        Put("1", ("anna", UpdateOperation.Set));
        await RunAsync();
        var before = await _fixture.ReadAsync();
        Put("1", ("anna", UpdateOperation.Set));

        await RunAsync();

        Assert.Equal(before, await _fixture.ReadAsync());
    }

    [Fact]
    public async Task RunAsync_DamagedPart_StaysAndTheOthersCount()
    {
        await _fixture.AcceptAsync(FirstRun, 1, ("anna", 1), ("bert", 1));
        Put("1", ("anna", UpdateOperation.Set));
        _fixture.Store.Put(Folder + "2.json.gz", "no gzip");

        await RunAsync();

        Assert.Equal(Fingerprint.Unknown, (await _fixture.ReadAsync())["anna"].Print);
        Assert.Equal([Folder + "2.json.gz"], _fixture.Store.Keys.Where(key => key.StartsWith(Folder, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RunAsync_NoState_ForgetsTheParts()
    {
        Put("1", ("anna", UpdateOperation.Set));

        await RunAsync();

        Assert.DoesNotContain(_fixture.Store.Keys, key => key.StartsWith(Folder, StringComparison.Ordinal));
    }

    private Task RunAsync() => new RetractedUsers(_fixture, TimeProvider.System, NullLogger<RetractedUsers>.Instance)
        .RunAsync(_fixture.Job, _fixture.Keys(SecondRun), StepContext.None);

    private void Put(string name, params (string Id, UpdateOperation Operation)[] users)
    {
        using var lines = new ByteWriter();
        foreach (var (id, operation) in users)
        {
            Retraction.Write(lines, System.Text.Encoding.UTF8.GetBytes(id), operation, "because", "{}"u8);
        }

        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(lines.Written);
        }

        _fixture.Store.Put($"{Folder}{name}.json.gz", bytes.ToArray());
    }
}
