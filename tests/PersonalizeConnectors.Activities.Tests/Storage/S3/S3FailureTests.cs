using System.Net;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>What S3 refuses becomes one sentence: the address, the permission, the cure; never what the answer's body said.</summary>
public sealed class S3FailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403, "AccessDenied", false, "Storage", "s3:GetObject on arn:aws:s3:::shop/a/b")]
    [InlineData(404, "NoSuchBucket", false, "Storage", "there is no bucket shop")]
    [InlineData(400, "ExpiredToken", true, "AwsUnreachable", "credentials have expired. Renew them")]
    [InlineData(403, "InvalidAccessKeyId", false, "AwsUnreachable", "does not accept these credentials (InvalidAccessKeyId)")]
    [InlineData(403, "SignatureDoesNotMatch", false, "AwsUnreachable", "AWS_SECRET_ACCESS_KEY")]
    [InlineData(403, "InvalidObjectState", false, "Storage", "access is denied")]
    [InlineData(400, "KeyTooLongError", false, "Storage", "1,024 bytes")]
    [InlineData(400, "SomethingNew", false, "Storage", "HTTP 400 SomethingNew")]
    public async Task Open_Refused_SaysWhatToDo(int status, string code, bool transient, string type, string expected)
    {
        var aws = new FakeAws(_ => FakeAws.Error(status, code));

        var e = await Assert.ThrowsAnyAsync<ConnectorException>(() => OpenAsync(aws.Store()));

        Assert.StartsWith("Cannot read s3://shop/a/b: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Equal((transient, type), (e.IsTransient, e.Type));
        Assert.DoesNotContain("The body says more", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "s3:ListBucket on arn:aws:s3:::shop,")]
    [InlineData("PUT", "s3:PutObject on arn:aws:s3:::shop/a/b,")]
    [InlineData("DELETE", "s3:DeleteObject on arn:aws:s3:::shop/a/b,")]
    [InlineData("HEAD", "s3:GetObject on arn:aws:s3:::shop/a/b,")]
    public async Task Any_Denied_NamesThePermission(string operation, string permission)
    {
        var aws = new FakeAws(request => request.Method == "HEAD" ? new(HttpStatusCode.Forbidden) : FakeAws.Error(403, "AccessDenied"));
        var store = aws.Store();

        var e = await Assert.ThrowsAsync<StorageException>(() => operation switch
        {
            "list" => store.ListAsync("a/", Token).ToListAsync(Token).AsTask(),
            "PUT" => store.PutAsync("a/b", new byte[1], PutCondition.None, Token),
            "DELETE" => store.DeleteAsync("a/b", Token),
            _ => store.FindAsync("a/b", Token),
        });

        Assert.Contains(permission, e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Open_AskedToSlowDown_IsTriedAgainByItself()
    {
        var asked = 0;
        var aws = new FakeAws(_ => ++asked <= 2 ? FakeAws.Error(503, "SlowDown") : FakeAws.Ok("content", ("ETag", "\"e-1\"")));

        Assert.Equal("content", System.Text.Encoding.UTF8.GetString(await aws.Store().ReadAllAsync("a/b", 100, Token)));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Open_BucketElsewhere_GoesThereAndStays()
    {
        var bucket = $"shop-{Guid.NewGuid():N}";
        var aws = new FakeAws(request => request.Address.Host == $"{bucket}.s3.eu-central-1.amazonaws.com"
            ? FakeAws.Ok("content", ("ETag", "\"e-1\""))
            : FakeAws.Error(301, "PermanentRedirect", ("x-amz-bucket-region", "eu-central-1")));
        var store = aws.Store(new(), bucket: bucket);

        await store.ReadAllAsync("a", 100, Token);
        await store.ReadAllAsync("b", 100, Token);

        Assert.Equal(3, aws.Requests.Count);
        Assert.All(aws.Requests.Skip(1), request => Assert.Contains("/eu-central-1/s3/", request.Header("Authorization"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_RefusalWithoutRegion_AsksTheBucket()
    {
        var bucket = $"shop-{Guid.NewGuid():N}";
        var aws = new FakeAws(request => request switch
        {
            { Address.Host: var host } when host == $"{bucket}.s3.ap-south-1.amazonaws.com" => FakeAws.Ok("content", ("ETag", "\"e-1\""), ("x-amz-bucket-region", "ap-south-1")),
            { Method: "HEAD" } => Headed(),
            _ => FakeAws.Error(301, "PermanentRedirect"),
        });

        Assert.Equal(7, (await aws.Store(new(), bucket: bucket).ReadAllAsync("a", 100, Token)).Length);

        static HttpResponseMessage Headed()
        {
            var answer = new HttpResponseMessage(HttpStatusCode.MovedPermanently);
            answer.Headers.Add("x-amz-bucket-region", "ap-south-1");
            return answer;
        }
    }

    [Fact]
    public async Task Open_ConfiguredRegionIsWrong_NamesTheSettingAndTheRightOne()
    {
        var aws = new FakeAws(_ => FakeAws.Error(301, "PermanentRedirect", ("x-amz-bucket-region", "eu-central-1")));

        var e = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(aws.Store()));

        Assert.Equal(
            "Cannot read s3://shop/a/b: the bucket is not in eu-west-1 but in eu-central-1. Set Storage__S3__shop__Region to eu-central-1, or leave it out.", e.Message);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Open_NobodyListens_SaysWhichAddress()
    {
        var connection = new S3Connection("shop", new() { Endpoint = "http://127.0.0.1:1" });
        var store = new S3ObjectStore(connection, new("shop", ""), TimeProvider.System);

        var e = await Assert.ThrowsAsync<AwsUnreachableException>(() => OpenAsync(store));

        Assert.StartsWith("Cannot read s3://shop/a/b: S3 at http://127.0.0.1:1 cannot be reached (Connection refused", e.Message, StringComparison.Ordinal);
        Assert.True(e.IsTransient);
    }

    [Fact]
    public async Task Find_CredentialsExpired_LearnsItFromASecondRequest()
    {
        // HEAD has no body, and so no code.
        var aws = new FakeAws(request => request.Method == "HEAD" ? new(HttpStatusCode.BadRequest) : FakeAws.Error(400, "ExpiredToken"));

        var e = await Assert.ThrowsAsync<AwsUnreachableException>(() => aws.Store().FindAsync("a/b", Token));

        Assert.Contains("expired", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_CallerCancels_IsACancellation()
    {
        using var stop = new CancellationTokenSource();
        var aws = new FakeAws(_ =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => aws.Store().OpenAsync("a/b", Activities.Storage.ByteRange.All, null, stop.Token));
    }

    [Fact]
    public async Task Open_EndpointSet_BucketStandsInThePath()
    {
        var aws = new FakeAws(_ => FakeAws.Ok("content", ("ETag", "\"e-1\"")));

        await aws.Store(new() { Endpoint = "http://store.example:9000/" }).ReadAllAsync("a b", 100, Token);

        Assert.Equal("http://store.example:9000/shop/a%20b", Assert.Single(aws.Requests).Address.AbsoluteUri);
    }

    private static Task<Stream> OpenAsync(S3ObjectStore store) => store.OpenAsync("a/b", Activities.Storage.ByteRange.All, null, Token);
}
