using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Tests.Processes;

namespace PersonalizeConnectors.Activities.Tests.Storage.Local;

public sealed class LocalJobHoldTests : IDisposable
{
    private const string Prefix = "etl_jobs/related_items/shop/";
    private const string Ours = "127.0.0.1:7233/default";
    private const string Theirs = "5f0f4b6e-0000-0000-0000-000000000000";

    private readonly TempFolder _folder = new();
    private readonly LocalObjectStore _store;
    private readonly LocalJobHold _hold = new(new ServiceIdentity(Ours), TimeProvider.System);
    private readonly JobLocation _job;

    public LocalJobHoldTests()
    {
        _store = new LocalObjectStore(_folder.Path, TimeProvider.System);
        _folder.Write(Prefix + "config.json", "{}");
        _job = new JobLocation(_store, _folder.At(Prefix.TrimEnd('/')), Prefix, "related_items", "shop");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Staging => _folder.At(Prefix + "staging");

    [Fact]
    public async Task Acquire_Free_WritesTheHolderAndShowsInNoListing()
    {
        await _hold.AcquireAsync(_job, "run-1", Token);

        var holder = JobHolder.Read(Path.Join(Staging, ".holder"))!;
        Assert.Equal((Ours, "run-1", Environment.MachineName, Environment.ProcessId), (holder.Service, holder.RunId, holder.Host, holder.ProcessId));
        await _hold.CheckAsync(_job, "run-1", Token);
        Assert.Equal([Prefix + "config.json"], await _store.ListAsync("", Token).Select(entry => entry.Key).ToListAsync(Token));
    }

    [Fact]
    public async Task Release_OwnRun_LeavesNothing()
    {
        await _hold.AcquireAsync(_job, "run-1", Token);

        await _hold.ReleaseAsync(_job, "run-1", Token);

        Assert.False(Directory.Exists(Staging));
        await Assert.ThrowsAsync<ConnectorException>(() => _hold.CheckAsync(_job, "run-1", Token));
    }

    [Fact]
    public async Task FindHolder_Free_IsNobodyAndLeavesNothing()
    {
        Assert.Null(await _hold.FindHolderAsync(_job, Token));

        Assert.False(Directory.Exists(Staging));
    }

    [Fact]
    public async Task FindHolder_ProcessOfAnotherService_IsNamedWhileItLives()
    {
        using var child = await HoldInChildAsync(Theirs, "run-1");

        var holder = await _hold.FindHolderAsync(_job, Token);

        Assert.Equal(("run-1", Theirs, Environment.MachineName), (holder?.RunId, holder?.Service, holder?.Host));
        Assert.NotEqual(Environment.ProcessId, holder!.ProcessId);
        await child.KillAsync();
        Assert.Null(await _hold.FindHolderAsync(_job, Token));
    }

    [Fact]
    public async Task Acquire_HeldByAnEarlierRunOfThisService_TakesOver()
    {
        await _hold.AcquireAsync(_job, "run-1", Token);
        await _hold.AcquireAsync(_job, "run-2", Token);

        await _hold.CheckAsync(_job, "run-2", Token);
        await AssertLostAsync("run-1", "run run-2 took it");
        await _hold.ReleaseAsync(_job, "run-1", Token);
        await _hold.CheckAsync(_job, "run-2", Token);
    }

    [Fact]
    public async Task Acquire_HeldByAProcessOfAnotherService_NamesTheHolder()
    {
        using var child = await HoldInChildAsync(Theirs, "their-run");

        var e = await Assert.ThrowsAsync<ConnectorException>(() => _hold.AcquireAsync(_job, "run-1", Token));

        Assert.Equal("JobAlreadyRunning", e.Type);
        Assert.False(e.IsTransient);
        Assert.Contains($"Run their-run has the job {_job.JobPath}: process", e.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.MachineName, e.Message, StringComparison.Ordinal);
        Assert.Contains(Theirs, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acquire_ProcessOfAnotherServiceWasKilled_IsFreeAtOnce()
    {
        using var child = await HoldInChildAsync(Theirs, "their-run");
        await child.KillAsync();

        await _hold.AcquireAsync(_job, "run-1", Token);

        await _hold.CheckAsync(_job, "run-1", Token);
        Assert.Single(Directory.GetFiles(Staging, ".lock-*"));
    }

    [Fact]
    public async Task Acquire_HeldByAnotherProcessOfThisService_TakesOver()
    {
        using var child = await HoldInChildAsync(Ours, "run-1");

        await _hold.AcquireAsync(_job, "run-2", Token);

        await _hold.CheckAsync(_job, "run-2", Token);
        await AssertLostAsync("run-1", "run run-2 took it");
    }

    [Fact]
    public async Task Check_TheProcessThatAcquiredIsKilled_HoldsOnForTheService()
    {
        using var child = await HoldInChildAsync(Ours, "run-1");
        await child.KillAsync();

        await _hold.CheckAsync(_job, "run-1", Token);

        using var other = new LocalJobHold(new ServiceIdentity(Theirs), TimeProvider.System);
        await Assert.ThrowsAsync<ConnectorException>(() => other.AcquireAsync(_job, "their-run", Token));
    }

    [Fact]
    public async Task Release_ByAnotherProcessOfTheService_FreesTheJobForAll()
    {
        using var child = await HoldInChildAsync(Ours, "run-1");

        await _hold.ReleaseAsync(_job, "run-1", Token);

        // The child still has its service's lock; that no run of the service holds the job is what counts.
        using var other = new LocalJobHold(new ServiceIdentity(Theirs), TimeProvider.System);
        await other.AcquireAsync(_job, "their-run", Token);
        await Assert.ThrowsAsync<ConnectorException>(() => _hold.AcquireAsync(_job, "run-2", Token));
    }

    [Fact]
    public async Task Check_AnotherServiceTookAndReleased_IsLost()
    {
        using (var child = await HoldInChildAsync(Ours, "run-1"))
        {
            await child.KillAsync();
        }

        using var other = new LocalJobHold(new ServiceIdentity(Theirs), TimeProvider.System);
        await other.AcquireAsync(_job, "their-run", Token);
        await AssertLostAsync("run-1", "run their-run took it");
        await other.ReleaseAsync(_job, "their-run", Token);

        await AssertLostAsync("run-1", "its hold was removed");
    }

    /// <summary>A development server keeps nothing: started anew at its address it is another service, and this process polls it all the same.</summary>
    [Fact]
    public async Task Acquire_AnotherServiceIsWhereOursWas_TakesTheJobFromTheOneThatIsGone()
    {
        var service = new ChangingIdentity(Ours);
        using var hold = new LocalJobHold(service, TimeProvider.System);
        await hold.AcquireAsync(_job, "run-1", Token);

        service.Value = Theirs;
        await hold.AcquireAsync(_job, "run-2", Token);

        await hold.CheckAsync(_job, "run-2", Token);
        Assert.Single(Directory.GetFiles(Staging, ".lock-*"));
        await hold.ReleaseAsync(_job, "run-2", Token);
        Assert.False(Directory.Exists(Staging));
    }

    [Fact]
    public async Task Acquire_StagingWasCleared_IsHeldAnew()
    {
        await _hold.AcquireAsync(_job, "run-1", Token);
        Directory.Delete(Staging, recursive: true);

        await _hold.AcquireAsync(_job, "run-2", Token);

        using var other = new LocalJobHold(new ServiceIdentity(Theirs), TimeProvider.System);
        await Assert.ThrowsAsync<ConnectorException>(() => other.AcquireAsync(_job, "their-run", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"service\"")]
    public async Task Acquire_HolderCannotBeRead_SaysWhatToDo(string content)
    {
        var path = _folder.Write(Prefix + "staging/.holder", content);

        var e = await Assert.ThrowsAsync<StorageException>(() => _hold.AcquireAsync(_job, "run-1", Token));

        Assert.Equal($"{path} does not say who works on the job. If no run of the job is under way, delete that file.", e.Message);
    }

    [Fact]
    public async Task Acquire_BothServicesAtOnce_OneGetsIt()
    {
        using var other = new LocalJobHold(new ServiceIdentity(Theirs), TimeProvider.System);
        for (var i = 0; i < 30; i++)
        {
            var got = await Task.WhenAll(new[] { _hold, other }.Select(hold => Task.Run(async () =>
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
    }

    public void Dispose()
    {
        _hold.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private Task<ChildProcess> HoldInChildAsync(string service, string runId) =>
        ChildProcess.StartAsync(ChildRoles.HoldJob, _folder.Path, Prefix, service, runId);

    private async Task AssertLostAsync(string runId, string expected)
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => _hold.CheckAsync(_job, runId, Token));
        Assert.Equal("JobAlreadyRunning", e.Type);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private sealed class ChangingIdentity(string value) : IServiceIdentity
    {
        public string Value { get; set; } = value;

        public ValueTask<string> FindAsync(CancellationToken cancellationToken) => new(Value);
    }
}
