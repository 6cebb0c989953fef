using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;

namespace PersonalizeConnectors.Activities.Tests.Storage;

public sealed class LeaseJobHoldTests : IDisposable
{
    private const string Prefix = "etl_jobs/related_items/shop/";
    private const string Holder = Prefix + "staging/.holder";

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeRuns _runs = new();
    private readonly FakeObjectStore _store;
    private readonly JobLocation _job;
    private readonly LeaseJobHold _ours;
    private readonly LeaseJobHold _theirs;

    public LeaseJobHoldTests()
    {
        _store = new(_clock);
        _job = new(_store, "s3://bucket/etl_jobs/related_items/shop", Prefix, "related_items", "shop");
        _ours = Create("ours");
        _theirs = Create("theirs");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Fact]
    public async Task Acquire_Free_HoldsUntilReleased()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        await _ours.CheckAsync(_job, "run-1", Token);
        await AssertRefusedAsync(_theirs, "run-2", "Run run-1 has the job s3://bucket/etl_jobs/related_items/shop: process ");
        Assert.Equal([Holder], _store.Keys);

        await _ours.ReleaseAsync(_job, "run-1", Token);

        Assert.Empty(_store.Keys);
        await _theirs.AcquireAsync(_job, "run-2", Token);
        await _theirs.CheckAsync(_job, "run-2", Token);
    }

    [Fact]
    public async Task Acquire_Renewed_StaysHeldForHours()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        for (var i = 0; i < 1000; i++)
        {
            await AdvanceAsync(LeaseJobHold.Period);
        }

        await AssertRefusedAsync(_theirs, "run-2", "Run run-1 has the job");
        await _ours.CheckAsync(_job, "run-1", Token);
    }

    [Fact]
    public async Task Acquire_HolderIsGone_IsFreeAfterAMinute()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        _ours.Dispose();

        _clock.Advance(LeaseJobHold.Validity);
        await AssertRefusedAsync(_theirs, "run-2", "the job is free a minute after");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _theirs.AcquireAsync(_job, "run-2", Token);

        await AssertLostAsync(_ours, "run-1", "run run-2 took it");
        Assert.Equal([Holder], _store.Keys);
    }

    [Fact]
    public async Task Acquire_ClocksDiffer_OnlyTheStoresCounts()
    {
        var fast = new FakeTimeProvider();
        fast.Advance(TimeSpan.FromDays(1));
        using var other = new LeaseJobHold(new ServiceIdentity("other"), _runs, fast, NullLogger<LeaseJobHold>.Instance);
        await _ours.AcquireAsync(_job, "run-1", Token);

        await AssertRefusedAsync(other, "run-2", "Run run-1 has the job");
    }

    [Fact]
    public async Task Acquire_LaterRunOfTheSameService_TakesOver()
    {
        using var sameService = Create("ours");
        await _ours.AcquireAsync(_job, "run-1", Token);

        await sameService.AcquireAsync(_job, "run-2", Token);

        await sameService.CheckAsync(_job, "run-2", Token);
        await AssertLostAsync(_ours, "run-1", "run run-2 took it");
        await _ours.ReleaseAsync(_job, "run-1", Token);
        await sameService.CheckAsync(_job, "run-2", Token);
    }

    /// <summary>A delivery checks every second; the service may be away, and is not asked for what does not change.</summary>
    [Fact]
    public async Task Check_AgainAndAgain_AsksOnceARunWhichServiceItIs()
    {
        var identity = new CountedIdentity();
        using var hold = new LeaseJobHold(identity, _runs, _clock, NullLogger<LeaseJobHold>.Instance);
        foreach (var run in new[] { "run-1", "run-2" })
        {
            await hold.AcquireAsync(_job, run, Token);
            await hold.KeepAsync(_job, run, Token);
            await hold.CheckAsync(_job, run, Token);
            await hold.CheckAsync(_job, run, Token);
        }

        await hold.ReleaseAsync(_job, "run-2", Token);

        Assert.Equal(2, identity.Asked);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task Check_OnAnotherWorkerOfTheService_KeepsTheLeaseAlive()
    {
        using var otherWorker = Create("ours");
        await _ours.AcquireAsync(_job, "run-1", Token);
        _ours.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(55));

        await otherWorker.CheckAsync(_job, "run-1", Token);

        // Without a renewal the minute would be over.
        _clock.Advance(TimeSpan.FromSeconds(7));
        await AssertRefusedAsync(_theirs, "run-2", "Run run-1 has the job");
        await otherWorker.ReleaseAsync(_job, "run-1", Token);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task Keep_WorkersThatDieOneAfterTheOther_HoldForHours()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        _ours.Dispose();
        for (var worker = 0; worker < 200; worker++)
        {
            // Each begins a step late in the minute of the one before, lives for a renewal of its own, and is killed.
            _clock.Advance(TimeSpan.FromSeconds(45));
            using var next = Create("ours");
            await next.KeepAsync(_job, "run-1", Token);
            await next.KeepAsync(_job, "run-1", Token);
            await AdvanceAsync(LeaseJobHold.Period);
        }

        await AssertRefusedAsync(_theirs, "run-2", "Run run-1 has the job");
        using var last = Create("ours");
        await last.CheckAsync(_job, "run-1", Token);
    }

    [Fact]
    public async Task Keep_AnotherRunHasTheJob_TakesNothing()
    {
        await _theirs.AcquireAsync(_job, "run-2", Token);
        var etag = (await _store.FindAsync(Holder, Token))!.ETag;

        await _ours.KeepAsync(_job, "run-1", Token);

        Assert.Equal(etag, (await _store.FindAsync(Holder, Token))!.ETag);
        await _theirs.CheckAsync(_job, "run-2", Token);
    }

    [Fact]
    public async Task Keep_StoreIsAway_LeavesTheStepToGoOn()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        using var other = Create("ours");
        _store.OnCall = (_, _) => throw new StorageException("away", transient: true);

        await other.KeepAsync(_job, "run-1", Token);
    }

    /// <summary>Terminated: no step of it ever says so, and its workers live on.</summary>
    [Fact]
    public async Task Renew_RunHasEnded_IsFreeWithinAMinute()
    {
        using var other = Create("ours");
        await _ours.AcquireAsync(_job, "run-1", Token);
        await other.KeepAsync(_job, "run-1", Token);
        await AdvanceAsync(LeaseJobHold.Period);
        _runs.Ended.Add("run-1");

        _clock.Advance(LeaseJobHold.Validity);
        await AssertRefusedAsync(_theirs, "run-2", "Run run-1 has the job");
        _clock.Advance(TimeSpan.FromSeconds(1));

        await _theirs.AcquireAsync(_job, "run-2", Token);
    }

    /// <summary>A worker that stood still in its first step wakes up when its run is over, and the next one has the job.</summary>
    [Fact]
    public async Task Acquire_LaterRunOfTheSameServiceWorks_IsRefused()
    {
        const string earlier = "20261123T020000Z-00000001";
        const string later = "20261123T020001Z-00000002";
        using var thawed = Create("ours");
        await _ours.AcquireAsync(_job, later, Token);

        await AssertRefusedAsync(thawed, earlier, $"Run {later} has the job");

        await _ours.CheckAsync(_job, later, Token);
        _ours.Dispose();
        _clock.Advance(LeaseJobHold.Validity + TimeSpan.FromSeconds(1));
        await thawed.AcquireAsync(_job, earlier, Token);
    }

    [Fact]
    public async Task FindHolder_HeldThenGone_NamesItForAMinute()
    {
        Assert.Null(await _theirs.FindHolderAsync(_job, Token));
        await _ours.AcquireAsync(_job, "run-1", Token);

        Assert.Equal(
            new HeldBy("run-1", Environment.MachineName, Environment.ProcessId, _clock.GetUtcNow(), "ours"), await _theirs.FindHolderAsync(_job, Token));

        _ours.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await _theirs.FindHolderAsync(_job, Token));
        Assert.Equal([Holder], _store.Keys);
    }

    [Fact]
    public async Task Check_TakenAndReleasedByOthers_IsLost()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        await _store.DeleteAsync(Holder, Token);

        await AssertLostAsync(_ours, "run-1", "its hold was removed");
    }

    [Fact]
    public async Task Renew_StoreFails_IsTriedAgain()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        var failures = 0;
        _store.OnCall = (operation, _) =>
        {
            if (operation == "commit" && failures < 3)
            {
                failures++;
                throw new StorageException("away", transient: true);
            }
        };
        var etag = (await _store.FindAsync(Holder, Token))!.ETag;
        await UntilAsync(async () =>
        {
            _clock.Advance(LeaseJobHold.Period);
            await Task.Yield();
            return (await _store.FindAsync(Holder, Token))!.ETag != etag;
        });

        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Renew_LeaseWasTaken_EndsQuietly()
    {
        await _ours.AcquireAsync(_job, "run-1", Token);
        _store.Put(Holder, """{"service":"theirs","runId":"run-9","host":"h","processId":1,"since":"2026-11-23T02:00:00Z","beat":"6f9619ff-8b86-d011-b42d-00c04fc964ff"}""");
        var etag = (await _store.FindAsync(Holder, Token))!.ETag;

        _clock.Advance(LeaseJobHold.Period * 20);

        Assert.Equal(etag, (await _store.FindAsync(Holder, Token))!.ETag);
        await AssertLostAsync(_ours, "run-1", "run run-9 took it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"service\"")]
    public async Task Acquire_HolderCannotBeRead_SaysWhatToDo(string content)
    {
        _store.Put(Holder, Encoding.UTF8.GetBytes(content));

        var e = await Assert.ThrowsAsync<StorageException>(() => _ours.AcquireAsync(_job, "run-1", Token));

        Assert.Equal($"fake://root/{Holder} does not say who works on the job. If no run of the job is under way, delete that object.", e.Message);
    }

    [Fact]
    public async Task Acquire_ManyServicesAtOnce_OneGetsIt()
    {
        var holds = Enumerable.Range(0, 8).Select(i => Create($"service-{i}")).ToList();
        for (var round = 0; round < 20; round++)
        {
            var got = await Task.WhenAll(holds.Select(hold => Task.Run(async () =>
            {
                try
                {
                    await hold.AcquireAsync(_job, "run", Token);
                    return hold;
                }
                catch (ConnectorException e) when (e.Type == "JobAlreadyRunning")
                {
                    return null;
                }
            })));

            await Assert.Single(got, hold => hold is not null)!.ReleaseAsync(_job, "run", Token);
        }

        holds.ForEach(hold => hold.Dispose());
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Lets so much time pass, and waits for the renewal that it brings.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        var etag = (await _store.FindAsync(Holder, Token))!.ETag;
        _clock.Advance(by);
        await UntilAsync(async () => (await _store.FindAsync(Holder, Token))!.ETag != etag);
    }

    private LeaseJobHold Create(string service) => new(new ServiceIdentity(service), _runs, _clock, NullLogger<LeaseJobHold>.Instance);

    private async Task AssertRefusedAsync(LeaseJobHold hold, string runId, string expected)
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => hold.AcquireAsync(_job, runId, Token));
        Assert.Equal(("JobAlreadyRunning", false), (e.Type, e.IsTransient));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private async Task AssertLostAsync(LeaseJobHold hold, string runId, string expected)
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => hold.CheckAsync(_job, runId, Token));
        Assert.Equal("JobAlreadyRunning", e.Type);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private sealed class CountedIdentity : IServiceIdentity
    {
        public int Asked { get; private set; }

        public ValueTask<string> FindAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return new("ours");
        }
    }

    private sealed class FakeRuns : ILiveRuns
    {
        public HashSet<string> Ended { get; } = [];

        public Task<bool> HasEndedAsync(string jobPath, string runId, CancellationToken cancellationToken) => Task.FromResult(Ended.Contains(runId));
    }
}
