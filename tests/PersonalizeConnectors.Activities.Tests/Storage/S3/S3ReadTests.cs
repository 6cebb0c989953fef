using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>Bodies that break off, stand still or turn out to be another object's.</summary>
public sealed class S3ReadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_BodyCutInTheMiddle_GoesOnWithTheRest()
    {
        var aws = new FakeAws(request => request.Header("Range") switch
        {
            null => FakeAws.Ok(new Body("01234", onEnd: () => throw new IOException("The connection was reset.")), 10),
            "bytes=5-9" => FakeAws.Ok(new Body("567"), 5),
            "bytes=8-9" => FakeAws.Ok(new Body("89"), 2),
            var other => throw new InvalidOperationException(other),
        });

        Assert.Equal("0123456789", await StartAsync(aws, TimeProvider.System));
        Assert.All(aws.Requests.Skip(1), request => Assert.Equal("\"e-1\"", request.Header("If-Match")));
    }

    [Fact]
    public async Task Read_BodyStandsStill_IsAskedForAnew()
    {
        var clock = new FakeTimeProvider();
        var stalled = new TaskCompletionSource();
        var aws = new FakeAws(request => request.Header("Range") is null
            ? FakeAws.Ok(new Body("01234", onStall: stalled.SetResult), 10)
            : FakeAws.Ok(new Body("56789"), 5));

        var read = StartAsync(aws, clock);
        await stalled.Task.WaitAsync(Token);
        // Patience first, then the pause before the second request; after that nothing waits for the clock.
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(aws.Requests);
        clock.Advance(TimeSpan.FromSeconds(1));
        while (aws.Requests.Count < 2 && !read.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("0123456789", await read);
    }

    [Fact]
    public async Task Read_ObjectReplacedMeanwhile_IsChanged()
    {
        var aws = new FakeAws(request => request.Header("If-Match") is null
            ? FakeAws.Ok(new Body("01234"), 10)
            : FakeAws.Error(412, "PreconditionFailed"));

        await Assert.ThrowsAsync<ObjectChangedException>(() => ReadAsync(aws, new FakeTimeProvider()));
    }

    [Fact]
    public async Task Read_BreaksOffAgainAndAgain_FailsForAnotherAttempt()
    {
        var aws = new FakeAws(_ => FakeAws.Ok(new Body(""), 10));

        var e = await Assert.ThrowsAsync<AwsUnreachableException>(() => ReadAsync(aws, new FakeTimeProvider()));

        Assert.True(e.IsTransient);
        Assert.Equal(5, aws.Requests.Count);
    }

    private static Task<string> StartAsync(FakeAws aws, TimeProvider clock) => Task.Run(
        async () =>
        {
            await using var stream = await aws.Store(clock: clock).OpenAsync("key", Activities.Storage.ByteRange.All, null, Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(Token);
        },
        Token);

    private static async Task<string> ReadAsync(FakeAws aws, FakeTimeProvider clock)
    {
        var read = StartAsync(aws, clock);
        while (!read.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await read;
    }

    /// <summary>Gives its text, then ends, fails or stands still.</summary>
    private sealed class Body(string text, Action? onEnd = null, Action? onStall = null) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0 && onStall is not null)
            {
                onStall();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            if (read == 0)
            {
                onEnd?.Invoke();
            }

            return read;
        }
    }
}
