using System.Net;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>Uploads that fail, are abandoned or whose answers are lost.</summary>
public sealed class S3WriteTests
{
    private const string Begun = "<InitiateMultipartUploadResult><Bucket>shop</Bucket><Key>key</Key><UploadId>up</UploadId></InitiateMultipartUploadResult>";
    private const string Completed = "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>";

    private static readonly byte[] Part = new byte[S3Upload.FirstPartBytes];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_PartFails_FailsAndIsAborted()
    {
        var aws = new FakeAws(request => request.Operation == "part" ? FakeAws.Error(403, "AccessDenied") : Multipart(request));

        var e = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await using var writer = await aws.Store().CreateAsync("key", PutCondition.None, Token);
            await writer.Stream.WriteAsync(Part, Token);
            await writer.Stream.WriteAsync(Part, Token);
            await writer.CommitAsync(Token);
        });

        Assert.Contains("s3:PutObject on arn:aws:s3:::shop/key", e.Message, StringComparison.Ordinal);
        Assert.Equal("abort", aws.Requests[^1].Operation);
    }

    [Fact]
    public async Task Write_Abandoned_IsAborted()
    {
        var aws = new FakeAws(Multipart);
        await using (var writer = await aws.Store().CreateAsync("key", PutCondition.None, Token))
        {
            await writer.Stream.WriteAsync(Part, Token);
        }

        Assert.Equal("abort", aws.Requests[^1].Operation);
        Assert.DoesNotContain(aws.Requests, request => request.Operation == "complete");
    }

    [Fact]
    public async Task Write_AbandonedBelowOnePart_SendsNothing()
    {
        var aws = new FakeAws(_ => throw new InvalidOperationException());
        await using var writer = await aws.Store().CreateAsync("key", PutCondition.None, Token);

        await writer.Stream.WriteAsync(new byte[Part.Length - 1], Token);
    }

    [Fact]
    public async Task Write_Canceled_StopsAndAborts()
    {
        using var stop = new CancellationTokenSource();
        var aws = new FakeAws(request =>
        {
            if (request.Operation == "part")
            {
                stop.Cancel();
            }

            return Multipart(request);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var writer = await aws.Store().CreateAsync("key", PutCondition.None, stop.Token);
            while (true)
            {
                await writer.Stream.WriteAsync(Part, stop.Token);
            }
        });

        Assert.Equal("abort", aws.Requests[^1].Operation);
    }

    [Fact]
    public async Task Put_AnswerLost_RecognizesItsOwnObject()
    {
        string? mark = null;
        var aws = new FakeAws(request =>
        {
            switch (request.Method)
            {
                case "HEAD":
                    return FakeAws.Ok("", ("ETag", "\"own\""), ("x-amz-meta-written-by", mark!));
                case "PUT" when mark is null:
                    mark = request.Header("x-amz-meta-written-by");
                    throw new HttpRequestException("The connection was reset.", new IOException());
                default:
                    return FakeAws.Error(412, "PreconditionFailed");
            }
        });

        var entry = await aws.Store().PutAsync("key", new byte[5], PutCondition.IfAbsent, Token);

        Assert.Equal(("\"own\"", 5), (entry.ETag, entry.Size));
        Assert.Equal("*", aws.Requests[0].Header("If-None-Match"));
    }

    [Fact]
    public async Task Put_SomebodyElsesObject_Conflicts()
    {
        var aws = new FakeAws(request => request.Method == "HEAD"
            ? FakeAws.Ok("", ("ETag", "\"theirs\""), ("x-amz-meta-written-by", "somebody"))
            : FakeAws.Error(412, "PreconditionFailed"));

        await Assert.ThrowsAsync<PutConflictException>(() => aws.Store().PutAsync("key", new byte[5], PutCondition.IfAbsent, Token));
    }

    [Fact]
    public async Task Put_OtherPutUnderWay_IsTriedAgain()
    {
        var asked = 0;
        var clock = new FakeTimeProvider();
        var aws = new FakeAws(_ => ++asked < 3 ? FakeAws.Error(409, "ConditionalRequestConflict") : FakeAws.Ok("", ("ETag", "\"e-1\"")));

        var put = aws.Store(clock: clock).PutAsync("key", new byte[5], PutCondition.IfUnchanged("\"old\""), Token);
        while (!put.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("\"e-1\"", (await put).ETag);
        Assert.Equal("\"old\"", aws.Requests[^1].Header("If-Match"));
    }

    [Fact]
    public async Task Put_OtherPutsUnderWayAgainAndAgain_IsWorthAnotherAttemptOfTheStep()
    {
        var clock = new FakeTimeProvider();
        var aws = new FakeAws(_ => FakeAws.Error(409, "ConditionalRequestConflict"));

        var put = aws.Store(clock: clock).PutAsync("key", new byte[5], PutCondition.IfAbsent, Token);
        while (!put.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await Assert.ThrowsAsync<StorageException>(() => put)).IsTransient);
    }

    [Fact]
    public async Task Commit_AnswerOfTheCompletionLost_RecognizesItsOwnObject()
    {
        string? mark = null;
        var aws = new FakeAws(request =>
        {
            mark ??= request.Operation == "begin" ? request.Header("x-amz-meta-written-by") : null;
            return request.Operation switch
            {
                "complete" => FakeAws.Error(404, "NoSuchUpload"),
                "HEAD" => FakeAws.Ok("", ("ETag", "\"own\""), ("x-amz-meta-written-by", mark!)),
                _ => Multipart(request),
            };
        });

        await using var writer = await aws.Store().CreateAsync("key", PutCondition.None, Token);
        await writer.Stream.WriteAsync(Part, Token);

        Assert.Equal("\"own\"", (await writer.CommitAsync(Token)).ETag);
    }

    [Fact]
    public async Task Commit_UploadRemovedByALifecycleRule_IsWorthAnotherAttempt()
    {
        var aws = new FakeAws(request => request.Operation switch
        {
            "complete" => FakeAws.Error(404, "NoSuchUpload"),
            "HEAD" => new(HttpStatusCode.NotFound),
            _ => Multipart(request),
        });

        await using var writer = await aws.Store().CreateAsync("key", PutCondition.None, Token);
        await writer.Stream.WriteAsync(Part, Token);

        Assert.True((await Assert.ThrowsAsync<StorageException>(() => writer.CommitAsync(Token))).IsTransient);
    }

    [Fact]
    public async Task Commit_TwoPartsAndARest_SendsThemInOrder()
    {
        var aws = new FakeAws(Multipart);
        await using var writer = await aws.Store(new() { Endpoint = "http://store.example" }).CreateAsync("key", PutCondition.IfAbsent, Token);
        await writer.Stream.WriteAsync(new byte[(2 * Part.Length) + 3], Token);
        var entry = await writer.CommitAsync(Token);

        Assert.Equal(["begin", "part", "part", "part", "complete"], aws.Requests.Select(request => request.Operation));
        Assert.Equal([Part.Length, Part.Length, 3], aws.Requests.Where(request => request.Operation == "part").Select(request => request.Body.Length));
        Assert.Equal("*", aws.Requests[^1].Header("If-None-Match"));
        Assert.Equal(("\"whole\"", (2L * Part.Length) + 3), (entry.ETag, entry.Size));
    }

    private static HttpResponseMessage Multipart(FakeRequest request) => request.Operation switch
    {
        "begin" => FakeAws.Ok(Begun),
        "part" => FakeAws.Ok("", ("ETag", "\"part\"")),
        "complete" => FakeAws.Ok(Completed),
        "abort" => new(HttpStatusCode.NoContent),
        _ => throw new InvalidOperationException(request.Operation),
    };
}
