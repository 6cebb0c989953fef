using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.State;

public sealed class DamagedStateTests : IAsyncLifetime
{
    private readonly StateFixture _fixture = new();
    private string _file = "";
    private string _manifest = "";

    public async ValueTask InitializeAsync()
    {
        await _fixture.AcceptAsync(StateFixture.FirstRun, 0, ("anna", 1), ("bert", 2), ("cleo", 3));
        _file = _fixture.StateFiles().Single();
        _manifest = RunKeys.StateManifestOf(_fixture.Job.Prefix, StateFixture.Connector);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_AnyBitFlipped_IsRefused(bool manifest)
    {
        var key = manifest ? _manifest : _file;
        var whole = _fixture.Store[key];
        for (var at = 0; at < whole.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = whole.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                _fixture.Store.Put(key, damaged);
                await AssertRefusedAsync(key);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_CutOffAnywhere_IsRefused(bool manifest)
    {
        var key = manifest ? _manifest : _file;
        var whole = _fixture.Store[key];
        for (var length = 0; length < whole.Length; length++)
        {
            _fixture.Store.Put(key, whole.AsSpan(0, length));
            await AssertRefusedAsync(key);
        }

        _fixture.Store.Put(key, [.. whole, 0]);
        await AssertRefusedAsync(key);
    }

    // The manifest agrees here: the file alone has to notice.
    [Fact]
    public async Task Read_AnyByteChangedAndManifestRewritten_IsNeverWrong()
    {
        var whole = _fixture.Store[_file];
        var manifest = _fixture.Manifest();
        var expected = await _fixture.ReadAsync();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] = (byte)~damaged[at];
            _fixture.Store.Put(_file, damaged);
            _fixture.Store.Put(_manifest, (manifest with { Files = [manifest.Files[0] with { Size = damaged.Length }] }).ToJson());
            await AssertRefusedAsync(_file);
        }

        _fixture.Store.Put(_file, whole);
        Assert.Equal(expected, await _fixture.ReadAsync());
    }

    [Fact]
    public async Task Read_ListedFileMissing_IsRefused()
    {
        await _fixture.Store.DeleteAsync(_file, TestContext.Current.CancellationToken);

        var failure = await AssertRefusedAsync(_file);

        Assert.Contains("is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FileOfAnotherRun_IsRefused()
    {
        var other = new StateFixture();
        await other.AcceptAsync(StateFixture.FirstRun, 0, ("anna", 1), ("bert", 2), ("carl", 3));
        _fixture.Store.Put(_file, other.Store[other.StateFiles().Single()]);

        var failure = await AssertRefusedAsync(_file);

        Assert.Contains("the manifest says", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NewerManifest_SaysSo()
    {
        var text = Encoding.UTF8.GetString(_fixture.Store[_manifest]);
        _fixture.Store.Put(_manifest, text.Replace("\"formatVersion\": 1", "\"formatVersion\": 7", StringComparison.Ordinal));

        var failure = await AssertRefusedAsync(_manifest);

        Assert.Contains("format version 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FilesSwapped_IsRefused()
    {
        var fixture = new StateFixture();
        await fixture.AcceptAsync(StateFixture.FirstRun, 1, [.. Users.Numbered(20).Select((id, i) => (id, i))]);
        var manifest = fixture.Manifest();
        fixture.Store.Put(_manifest, (manifest with { Files = [.. manifest.Files.Reverse()] }).ToJson());

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => fixture.ReadAsync());

        Assert.Equal(FailureTypes.DamagedState, failure.Type);
        Assert.Contains("lists it as shard", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ManifestNamesAnotherFolder_IsRefused()
    {
        var manifest = _fixture.Manifest();
        _fixture.Store.Put(_manifest, (manifest with { Files = [manifest.Files[0] with { Name = "../x.state" }] }).ToJson());

        await AssertRefusedAsync(_manifest);
    }

    [Fact]
    public async Task Commit_DamagedState_IsRefusedAndNothingReplaced()
    {
        _fixture.Store.Put(_manifest, "{}");
        _fixture.Stage(StateFixture.SecondRun, 0, [("anna", UpdateOperation.Set, StateFixture.Print(9))]);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.CommitAsync(StateFixture.SecondRun, 0));

        Assert.Equal(FailureTypes.DamagedState, failure.Type);
        Assert.Equal("{}", Encoding.UTF8.GetString(_fixture.Store[_manifest]));
        Assert.Contains(_file, _fixture.Store.Keys);
    }

    [Fact]
    public void Parse_ManifestAsWritten_HasItsChecksum()
    {
        var manifest = _fixture.Manifest();

        Assert.Equal(16, manifest.Checksum.Length);
        Assert.EndsWith($",\n  \"checksum\": \"{manifest.Checksum}\"\n}}\n", Encoding.UTF8.GetString(_fixture.Store[_manifest]), StringComparison.Ordinal);
        Assert.Equal(StateManifest.CurrentFormatVersion, manifest.FormatVersion);
        Assert.Equal((3, 0), (manifest.Users, manifest.Gone));
    }

    private async Task<ConnectorException> AssertRefusedAsync(string key)
    {
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.ReadAsync());
        Assert.Equal(FailureTypes.DamagedState, failure.Type);
        Assert.False(failure.IsTransient);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains("personalize-connectors state reset /data/etl_jobs/user_personalization/shop --connector braze", failure.Message, StringComparison.Ordinal);
        return failure;
    }
}
