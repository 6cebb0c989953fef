using System.Security.Cryptography;
using Amazon.S3.Model;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>What a bucket does beyond the contract of every store; on the emulator.</summary>
public sealed class S3ObjectStoreTests(AwsFixture aws) : IAsyncLifetime
{
    private const int PartBytes = (int)S3Upload.FirstPartBytes;

    private S3Connection _connection = null!;
    private S3ObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = new S3Connection(await aws.CreateBucketAsync(), new() { Endpoint = await aws.EndpointAsync(), Region = AwsFixture.Region });
        _store = new S3ObjectStore(_connection, new(_connection.Bucket, ""), TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("control\u0001\u007f")]
    [InlineData("tab\tand space ")]
    [InlineData("q?x#y&z;,:@$!'()*[]{}|^`\"<>\\~")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("%2F%2f + +")]
    public async Task Put_KeyThatOnlyABucketTakes_ReadsBackListsAndDeletes(string key)
    {
        await _store.PutAsync(key, new byte[3], PutCondition.None, Token);

        Assert.Equal(3, (await _store.ReadAllAsync(key, 10, Token)).Length);
        Assert.Equal([key], await _store.ListAsync("", Token).Select(entry => entry.Key).ToListAsync(Token));

        await _store.DeleteAsync(key, Token);
        Assert.Null(await _store.FindAsync(key, Token));
    }

    [Fact]
    public async Task Commit_LargerThanAPart_IsOneObjectWithItsRanges()
    {
        var bytes = new byte[(2 * PartBytes) + 12_345];
        new Random(3).NextBytes(bytes);
        await using (var writer = await _store.CreateAsync("large", PutCondition.IfAbsent, Token))
        {
            for (var at = 0; at < bytes.Length; at += 1_000_003)
            {
                await writer.Stream.WriteAsync(bytes.AsMemory(at, Math.Min(1_000_003, bytes.Length - at)), Token);
            }

            var put = await writer.CommitAsync(Token);
            Assert.Equal(((await _store.FindAsync("large", Token))!.ETag, (long)bytes.Length), (put.ETag, put.Size));
        }

        var range = bytes.AsMemory(PartBytes - 100, 200);
        await using var stream = await _store.OpenAsync("large", new(PartBytes - 100, 200), null, Token);
        var read = new byte[200];
        await stream.ReadExactlyAsync(read, Token);

        Assert.Equal(range.ToArray(), read);
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await _store.ReadAllAsync("large", bytes.Length, Token)));
    }

    [Fact]
    public async Task Commit_LargeOnAConditionThatFails_ConflictsAndLeavesNoUpload()
    {
        await _store.PutAsync("key", "first"u8.ToArray(), PutCondition.None, Token);
        await using (var writer = await _store.CreateAsync("key", PutCondition.IfAbsent, Token))
        {
            await writer.Stream.WriteAsync(new byte[PartBytes + 1], Token);

            await Assert.ThrowsAsync<PutConflictException>(() => writer.CommitAsync(Token));
        }

        Assert.Equal("first"u8.ToArray(), await _store.ReadAllAsync("key", 10, Token));
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task DeleteUnfinished_UploadsOfKilledWriters_AreAbortedBelowTheFolderAlone()
    {
        using var s3 = await aws.S3Async();
        foreach (var key in new[] { "staging/1/a", "staging/1/b", "other/c" })
        {
            await s3.InitiateMultipartUploadAsync(_connection.Bucket, key, Token);
        }

        await _store.DeleteUnfinishedAsync("staging/", Token);

        Assert.Equal(["other/c"], await UploadsAsync());
    }

    [Fact]
    public async Task Prefix_RootBelowOne_SeesNothingBesideIt()
    {
        await _store.PutAsync("team/marketing2/x", new byte[1], PutCondition.None, Token);
        var below = new S3ObjectStore(_connection, new(_connection.Bucket, "team/marketing"), TimeProvider.System);
        await below.PutAsync("etl_jobs/a/b", new byte[2], PutCondition.None, Token);

        Assert.Equal($"s3://{_connection.Bucket}/team/marketing", below.Address);
        Assert.Equal(["etl_jobs/a/b"], await below.ListAsync("", Token).Select(entry => entry.Key).ToListAsync(Token));
        Assert.Equal(["etl_jobs"], await below.ListFoldersAsync("", Token).ToListAsync(Token));
        Assert.Equal(["a"], await below.ListFoldersAsync("etl_jobs/", Token).ToListAsync(Token));
        Assert.Equal(2, (await below.FindAsync("etl_jobs/a/b", Token))!.Size);
        Assert.NotNull(await _store.FindAsync("team/marketing/etl_jobs/a/b", Token));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("list")]
    [InlineData("put")]
    [InlineData("large")]
    [InlineData("delete")]
    [InlineData("unfinished")]
    public async Task Any_NoSuchBucket_SaysSo(string operation)
    {
        using var connection = new S3Connection("pc-test-nobody-has-this", new() { Endpoint = await aws.EndpointAsync() });
        var store = new S3ObjectStore(connection, new(connection.Bucket, ""), TimeProvider.System);

        var e = await Assert.ThrowsAsync<StorageException>(() => operation switch
        {
            "open" => store.OpenAsync("a", Activities.Storage.ByteRange.All, null, Token),
            "list" => store.ListAsync("a", Token).ToListAsync(Token).AsTask(),
            "put" => store.PutAsync("a", new byte[1], PutCondition.None, Token),
            "large" => store.PutAsync("a", new byte[PartBytes], PutCondition.None, Token),
            "delete" => store.DeleteAsync("a", Token),
            _ => store.DeleteUnfinishedAsync("a/", Token),
        });

        Assert.Contains($"there is no bucket pc-test-nobody-has-this at {await aws.EndpointAsync()}.", e.Message, StringComparison.Ordinal);
        Assert.Contains("aws s3 mb s3://pc-test-nobody-has-this", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Open_Absent_NamesTheAddress()
    {
        var e = await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenAsync("a/b", Activities.Storage.ByteRange.All, null, Token));

        Assert.Equal($"There is no s3://{_connection.Bucket}/a/b. Look at the spelling, and whether something removed it.", e.Message);
    }

    private async Task<IEnumerable<string>> UploadsAsync()
    {
        using var s3 = await aws.S3Async();
        var answer = await s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _connection.Bucket }, Token);
        return (answer.MultipartUploads ?? []).Select(upload => upload.Key);
    }
}
