using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class DeliverResumeTests : IDisposable
{
    private readonly DeliveryRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task RunAsync_RunAgain_SendsNothing()
    {
        await _rig.Stage.StageAsync(40);
        var first = _rig.Deliver(40);
        var requests = _rig.Destination.Requests.Count;

        var second = _rig.Deliver(40);

        Assert.Equal(first, second);
        Assert.Equal(requests, _rig.Destination.Requests.Count);
    }

    // The store dies at its nth call of the delivery, for good: whatever was written by then is what the next attempt finds.
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task RunAsync_StoreDiesAtAnyCall_NextAttemptSendsWhatIsNotSettled(int call)
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 2, RequestsPerSecond = 40 };
        await _rig.Stage.StageAsync(130);
        _rig.Destination.OnSend = users => new(new BatchResponse.Settled(
            [.. users.Select((id, i) => (id, i)).Where(u => u.id.EndsWith('5')).Select(u => new PayloadRejection(u.i, "bad"))]));
        var calls = 0;
        _rig.Stage.Store.OnCall = (name, key) =>
        {
            if (++calls >= call)
            {
                throw new StorageException($"{name} failed", transient: true);
            }
        };

        var died = false;
        try
        {
            _rig.Deliver(130);
        }
        catch (StorageException)
        {
            died = true;
        }

        _rig.Stage.Store.OnCall = null;
        var settledBefore = _rig.Stage.Segments().SelectMany(s => s.Settled).Sum(s => s.Count);
        var acceptedBefore = _rig.Destination.Accepted.ToHashSet();
        var sentBefore = _rig.Destination.Requests.Count;
        var result = _rig.Deliver(130);

        Assert.True(died);
        Assert.Equal((117, 13, 0), (result.Accepted, result.Rejected, result.Unknown));
        Assert.Equal(117, _rig.Destination.Accepted.Distinct().Count());
        Assert.Equal(13, _rig.Stage.RejectedLines().Distinct().Count());
        Assert.Equal(13, _rig.Stage.RejectedLines().Count);
        var sentAgain = _rig.Destination.Requests.Skip(sentBefore).SelectMany(r => r.Users).ToArray();
        Assert.Equal(130 - settledBefore, sentAgain.Length);
        // 40 requests a second of 2 users each: a second of them, and those in flight.
        Assert.InRange(sentAgain.Count(acceptedBefore.Contains), 0, 120);
    }

    [Fact]
    public async Task RunAsync_AnotherRunHasTheJob_SendsNothing()
    {
        await _rig.Stage.StageAsync(40);
        _rig.Stage.IsTakenOver = true;

        Assert.Equal(FailureTypes.JobAlreadyRunning, Assert.Throws<ConnectorException>(() => _rig.Deliver(40)).Type);

        Assert.Empty(_rig.Destination.Requests);
    }

    [Fact]
    public async Task RunAsync_AnotherRunTakesTheJob_SendingStopsWithinTwoSecondsAndTheLogIsWhole()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 1, RequestsPerSecond = 50 };
        await _rig.Stage.StageAsync(2000);
        _rig.Destination.OnSend = _ =>
        {
            _rig.Stage.IsTakenOver = true;
            return new(BatchResponse.Settled.Whole);
        };

        Assert.Equal(FailureTypes.JobAlreadyRunning, Assert.Throws<ConnectorException>(() => _rig.Deliver(2000)).Type);

        Assert.InRange(_rig.Destination.Requests.Count, 1, 150);
        Assert.Equal(_rig.Destination.Requests.Count, _rig.Stage.Segments().SelectMany(s => s.Settled).Sum(s => s.Count));
    }

    /// <summary>A worker that is frozen, given up and thawed while a later run sends newer values: its old ones stay where they are.</summary>
    [Fact]
    public async Task RunAsync_StoodStillWhileALaterRunTookTheJob_SendsNothingMore()
    {
        const int Before = 100;
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 1, RequestsPerSecond = 50 };
        await _rig.Stage.StageAsync(2000);
        _rig.Destination.OnSend = _ =>
        {
            if (_rig.Destination.Requests.Count == Before)
            {
                _rig.Stage.IsTakenOver = true;
                _rig.Stage.SlowCheck = (TimeSpan.FromMilliseconds(300), _rig.Clock);
                _rig.Clock.Jump(TimeSpan.FromMinutes(1));
            }

            return new(BatchResponse.Settled.Whole);
        };

        Assert.Equal(FailureTypes.JobAlreadyRunning, Assert.Throws<ConnectorException>(() => _rig.Deliver(2000)).Type);

        Assert.Equal(Before, _rig.Destination.Requests.Count);
    }

    [Fact]
    public async Task RunAsync_AnswerToTheLogLost_CountsItsRequestsOnce()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 1, RequestsPerSecond = 50 };
        await _rig.Stage.StageAsync(100);
        _rig.Destination.OnSend = users => new(users[0].EndsWith('5') ? new BatchResponse.Settled([new(0, "bad")]) : BatchResponse.Settled.Whole);
        _rig.Stage.Store.OnCommitted = key =>
        {
            if (key.Contains("/outcomes/", StringComparison.Ordinal))
            {
                _rig.Stage.Store.OnCommitted = null;
                throw new StorageException("The answer was lost.", transient: true);
            }
        };

        Assert.Throws<StorageException>(() => _rig.Deliver(100));
        var result = _rig.Deliver(100);

        Assert.Equal((90, 10, 100), (result.Accepted, result.Rejected, result.Requests.Sent));
        Assert.Equal(100, _rig.Destination.Requests.Count);
        Assert.Equal(10, _rig.Stage.RejectedLines().Count);
    }

    public static TheoryData<int> Calls() => [.. Enumerable.Range(1, 20)];

    [Fact]
    public async Task RunAsync_LogCannotBeWritten_SendingStopsWithinASecond()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 1, RequestsPerSecond = 50 };
        await _rig.Stage.StageAsync(2000);
        _rig.Stage.Store.OnCall = (name, key) =>
        {
            if (name == "commit")
            {
                throw new StorageException("The disk is full.", transient: true);
            }
        };

        var failure = Assert.ThrowsAny<ConnectorException>(() => _rig.Deliver(2000));

        Assert.Equal(FailureTypes.Storage, failure.Type);
        Assert.InRange(_rig.Destination.Requests.Count, 1, 60);
    }

    [Fact]
    public async Task RunAsync_Canceled_LetsRequestsInFlightSettle()
    {
        await CheckStopAsync(source => new(_ => { }, source.Token));
    }

    [Fact]
    public async Task RunAsync_WorkerLeaves_LetsRequestsInFlightSettle()
    {
        await CheckStopAsync(source => new(_ => { }, CancellationToken.None, source.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_CanceledWhileTheDestinationHangs_EndsAfterTheDrainTime(bool isRunCanceled)
    {
        await _rig.Stage.StageAsync(100);
        using var source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _rig.Clock);
        _rig.Destination.Latency = TimeSpan.FromMinutes(5);
        var start = _rig.Clock.GetUtcNow();
        _rig.Destination.OnSend = _ =>
        {
            start = _rig.Clock.GetUtcNow();
            source.CancelAfter(TimeSpan.FromSeconds(5));
            return new(BatchResponse.Settled.Whole);
        };

        Assert.ThrowsAny<OperationCanceledException>(() => _rig.Deliver(new UpdateRange(0, 0, 0, 100), new(_ => { }, source.Token) { WasRunCanceled = () => isRunCanceled }));

        Assert.InRange((_rig.Clock.GetUtcNow() - start).TotalSeconds, 15, 17);

        // Another attempt sends them again; where none comes, nobody knows what became of them.
        var sent = _rig.Destination.Requests.Sum(request => request.Users.Count);
        Assert.Equal(isRunCanceled ? sent : 0, _rig.Stage.Segments().Sum(s => s.Outcomes.Count(o => o.Kind == OutcomeKind.Unknown)));
        Assert.Equal(isRunCanceled ? sent : 0, _rig.Stage.Segments().SelectMany(s => s.Settled).Sum(s => s.Count));
    }

    [Fact]
    public async Task RunAsync_AnotherAttemptHasTheNumber_TakesTheNextAndLosesNothing()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnSend = users => new(new BatchResponse.Settled([new(0, "bad")]));
        var isFirst = true;
        _rig.Stage.Store.OnCall = (name, key) =>
        {
            // Between the listing and the first write of this attempt, one thought dead writes.
            if (isFirst && name == "create")
            {
                isFirst = false;
                var zombie = new Core.Staging.OutcomeSegment { RequestsSent = 1 };
                using var bytes = new Core.Records.ByteWriter();
                zombie.Write(bytes);
                _rig.Stage.Store.Put(_rig.Stage.Keys.RejectedPart(DeliveryStage.ConnectorName, 0, 0, "other"), Gzip("{}\n"));
                _rig.Stage.Store.Put(_rig.Stage.Keys.OutcomeSegment(DeliveryStage.ConnectorName, 0, 0), bytes.Written);
            }
        };

        var result = _rig.Deliver(20);

        Assert.Equal((18, 2), (result.Accepted, result.Rejected));
        Assert.Equal(3, result.Requests.Sent);
        Assert.Equal(3, _rig.Stage.RejectedLines().Count);
    }

    [Fact]
    public async Task RunAsync_AnotherAttemptBetweenItsTwoWrites_NeitherLosesWhatItRejected()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnSend = users => new(new BatchResponse.Settled([new(0, "bad")]));
        var other = _rig.Stage.Keys.RejectedPart(DeliveryStage.ConnectorName, 0, 0, "other");
        var segment = _rig.Stage.Keys.OutcomeSegment(DeliveryStage.ConnectorName, 0, 0);
        _rig.Stage.Store.Put(other, Gzip("{}\n"));
        var isFirst = true;
        _rig.Stage.Store.OnCall = (name, key) =>
        {
            // It has written its part, and is faster with the segment.
            if (isFirst && name == "create" && key == segment)
            {
                isFirst = false;
                using var bytes = new Core.Records.ByteWriter();
                new Core.Staging.OutcomeSegment { RequestsSent = 1 }.Write(bytes);
                _rig.Stage.Store.Put(segment, bytes.Written);
            }
        };

        Assert.Equal(2, _rig.Deliver(20).Rejected);

        Assert.False(isFirst);
        Assert.Equal(Gzip("{}\n"), _rig.Stage.Store[other]);
        Assert.Equal(3, _rig.Stage.RejectedLines().Count);
    }

    [Fact]
    public async Task RunAsync_AnAttemptDiedBetweenItsTwoWrites_ItsPartGoesWithTheNumber()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnSend = users => new(new BatchResponse.Settled([new(0, "bad")]));
        _rig.Stage.Store.Put(_rig.Stage.Keys.RejectedPart(DeliveryStage.ConnectorName, 0, 0, "dead"), Gzip("{}\n"));

        Assert.Equal(2, _rig.Deliver(20).Rejected);

        Assert.Equal(2, _rig.Stage.RejectedLines().Count);
    }

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionMode.Compress))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private async Task CheckStopAsync(Func<CancellationTokenSource, StepContext> context)
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = 1, RequestsPerSecond = 100 };
        _rig.Destination.Latency = TimeSpan.FromMilliseconds(400);
        await _rig.Stage.StageAsync(2000);
        using var source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _rig.Clock);
        var isFirst = true;
        _rig.Destination.OnSend = _ =>
        {
            // Not before: files are read until then, during which the clock may move.
            if (isFirst)
            {
                isFirst = false;
                source.CancelAfter(TimeSpan.FromSeconds(3));
            }

            return new(BatchResponse.Settled.Whole);
        };

        Assert.ThrowsAny<OperationCanceledException>(() => _rig.Deliver(new UpdateRange(0, 0, 0, 2000), context(source)));

        var settled = SettledSet.Merge(_rig.Stage.Segments().SelectMany(s => s.Settled)).Sum(s => s.Count);
        Assert.InRange(settled, 100, 400);
        Assert.Equal(_rig.Destination.Requests.Count, settled);
        Assert.Equal(_rig.Destination.Accepted.Count, settled);
    }
}
