using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Recover;
using PersonalizeConnectors.Activities.Tests.State;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.Recover;

public sealed class RunRecoveryTests : IRegisteredSearchAttributes, ILogger<OrphanCommit>
{
    private readonly StateFixture _fixture = new();
    private readonly List<string> _warnings = [];
    private readonly RunRecovery _recovery;

    public RunRecoveryTests() => _recovery = new(_fixture, _fixture, new OrphanCommit(_fixture.Publisher, this), new(_fixture, TimeProvider.System, NullLogger<RetractedUsers>.Instance), this);

    public IReadOnlyList<string> Names => ["ConnectorJob"];

    [Fact]
    public async Task Recover_NothingLeft_TakesTheJob()
    {
        var result = await RecoverAsync();

        Assert.Equal((0, 0), (result.Runs, result.Users));
        Assert.Equal(["ConnectorJob"], result.SearchAttributes);
        Assert.Equal(ThirdRun, _fixture.Holder);
    }

    [Fact]
    public async Task Recover_InterruptedDelivery_TakesTheAcceptedAlone()
    {
        await _fixture.AcceptAsync(FirstRun, 2, ("anna", 1), ("bert", 1), ("cleo", 1), ("dora", 1), ("gina", 1), ("hans", 1), ("ines", 1));
        RemoveStaging(FirstRun);
        _fixture.Stage(SecondRun, 1,
        [
            ("anna", UpdateOperation.Set, Print(2)), ("bert", UpdateOperation.Set, Print(2)), ("cleo", UpdateOperation.Clear, default),
            ("dora", UpdateOperation.Gone, Print(1)), ("emil", UpdateOperation.Set, Print(2)), ("fred", UpdateOperation.Set, Print(2)),
            ("gina", UpdateOperation.Set, Print(2)), ("hans", UpdateOperation.Clear, default),
        ]);
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted), ("bert", OutcomeKind.Rejected)], names: "recs_name");
        _fixture.Settle(SecondRun, 3, 0, [("cleo", OutcomeKind.Accepted), ("emil", OutcomeKind.Accepted)]);

        var result = await RecoverAsync();

        Assert.Equal((1, 3), (result.Runs, result.Users));
        var state = await _fixture.ReadAsync();
        Assert.Equal(["anna", "bert", "dora", "emil", "gina", "hans", "ines"], state.Keys);
        Assert.Equal((Print(2), FirstDay + 1, false), state["anna"]);
        Assert.Equal((Print(1), FirstDay, false), state["bert"]);
        Assert.False(state["dora"].IsGone);

        // They may have been in flight: whatever the destination has, the next run sends what they then have.
        Assert.Equal([(Fingerprint.Unknown, FirstDay, false), (Fingerprint.Unknown, FirstDay, false)], [state["gina"], state["hans"]]);
        Assert.Equal((Print(1), FirstDay, false), state["ines"]);
        Assert.Equal(SecondRun, _fixture.Manifest().Run);
        Assert.Equal(["recs_name"], _fixture.Manifest().AttributeNames);
        Assert.Empty(Staged());
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Recover_TwoConnectors_TakesBoth()
    {
        foreach (var connector in new[] { Connector, "second" })
        {
            _fixture.Stage(FirstRun, 1, [("anna", UpdateOperation.Set, Print(1))], connector);
            _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)], connector);
        }

        Assert.Equal(2, (await RecoverAsync()).Users);

        Assert.Single(await _fixture.ReadAsync());
        Assert.Single(await _fixture.ReadAsync(connector: "second"));
    }

    [Fact]
    public async Task Recover_TwoRuns_TheLaterWins()
    {
        foreach (var (run, print) in new[] { (SecondRun, 2), (FirstRun, 1) })
        {
            _fixture.Stage(run, 0, [("anna", UpdateOperation.Set, Print(print)), ("b" + print, UpdateOperation.Set, Print(print))]);
            _fixture.Settle(run, 0, 0, [("anna", OutcomeKind.Accepted), ("b" + print, OutcomeKind.Accepted)]);
        }

        var result = await RecoverAsync();

        Assert.Equal((2, 4), (result.Runs, result.Users));
        var state = await _fixture.ReadAsync();
        Assert.Equal((Print(2), FirstDay + 1, false), state["anna"]);
        Assert.Equal(["anna", "b1", "b2"], state.Keys);
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Recover_RunThatWasPublished_IsNotAppliedAgain()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        var manifest = _fixture.Manifest();

        var result = await RecoverAsync();

        Assert.Equal((1, 0), (result.Runs, result.Users));
        Assert.Equal(manifest.Checksum, _fixture.Manifest().Checksum);
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Recover_OwnAndForeignFolders_AreLeftAlone()
    {
        _fixture.Stage(ThirdRun, 0, []);
        _fixture.Store.Put(_fixture.Job.Prefix + "staging/notes/plan.json", "mine");
        _fixture.Store.Put(_fixture.Job.Prefix + "staging/loose", "mine");
        var before = Staged();

        Assert.Equal(0, (await RecoverAsync()).Runs);

        Assert.Equal(before, Staged());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recover_StoodStillUntilALaterRunWorks_TouchesNothingOfIt(bool hasDelivered)
    {
        const string later = "20261104T000000Z-00000004";
        IReadOnlyList<string>? before = null;
        _fixture.Store.OnCall = (operation, key) =>
        {
            if (before is null && operation == "list" && key.EndsWith("/staging/", StringComparison.Ordinal))
            {
                _fixture.Holder = later;
                _fixture.Stage(later, 0, [("anna", UpdateOperation.Set, Print(4))]);
                if (hasDelivered)
                {
                    _fixture.Settle(later, 0, 0, [("anna", OutcomeKind.Accepted)]);
                }

                before = _fixture.Store.Keys;
            }
        };

        var e = await Assert.ThrowsAsync<ConnectorException>(RecoverAsync);

        Assert.Equal(FailureTypes.JobAlreadyRunning, e.Type);
        Assert.Equal(before, _fixture.Store.Keys);
    }

    [Fact]
    public async Task Recover_DamagedSegment_TakesTheRestAndWarns()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1)), ("bert", UpdateOperation.Set, Print(1))]);
        _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)]);
        _fixture.Store.Put(_fixture.Keys(FirstRun).OutcomeSegment(Connector, 0, 1), "damaged");

        Assert.Equal(1, (await RecoverAsync()).Users);

        Assert.Equal(["anna"], (await _fixture.ReadAsync()).Keys);
        Assert.Contains("up to 1 users may be sent again", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_UpdatesMissing_KeepsTheStateAndWarns()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        RemoveStaging(FirstRun);
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(2)), ("bert", UpdateOperation.Set, Print(2))]);
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted), ("bert", OutcomeKind.Accepted)]);
        await _fixture.Store.DeleteAsync(_fixture.Keys(SecondRun).Updates(Connector, 0), TestContext.Current.CancellationToken);

        Assert.Equal(0, (await RecoverAsync()).Users);

        Assert.Equal(Print(1), Assert.Single(await _fixture.ReadAsync()).Value.Print);
        Assert.Contains("up to 2 users may be sent again", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_DamagedBlockOfUpdates_TakesTheOthersAndWarns()
    {
        string[] users = [.. Users.Numbered(12)];
        _fixture.Stage(FirstRun, 0, users.Select(u => (u, UpdateOperation.Set, Print(1))));
        _fixture.Settle(FirstRun, 0, 0, users.Select(u => (u, OutcomeKind.Accepted)));
        var key = _fixture.Keys(FirstRun).Updates(Connector, 0);
        var damaged = _fixture.Store[key].ToArray();
        damaged[3] ^= 1;
        _fixture.Store.Put(key, damaged);

        Assert.Equal(9, (await RecoverAsync()).Users);

        Assert.Equal(9, (await _fixture.ReadAsync()).Count);
        Assert.Contains("up to 3 users", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_NoPlan_WarnsAndGoesOn()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)]);
        await _fixture.Store.DeleteAsync(_fixture.Keys(FirstRun).Plan, TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), (await RecoverAsync()) is var r ? (r.Runs, r.Users) : default);

        Assert.Single(_warnings);
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Recover_DamagedState_KeepsItsOutcomesAndTakesTheOtherConnectors()
    {
        foreach (var connector in new[] { Connector, "second" })
        {
            _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))], connector);
            _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)], connector);
        }

        var manifest = RunKeys.StateManifestOf(_fixture.Job.Prefix, Connector);
        _fixture.Store.Put(manifest, "{}");
        var kept = Staged().Where(k => !k.Contains("/second/", StringComparison.Ordinal)).ToList();

        Assert.Equal(1, (await RecoverAsync()).Users);

        Assert.Single(await _fixture.ReadAsync(connector: "second"));
        Assert.Equal(kept, Staged());
        Assert.Contains("state is damaged", Assert.Single(_warnings), StringComparison.Ordinal);

        // Repaired: what waited is taken over, and what the other connector recorded since stays.
        await _fixture.Store.DeleteAsync(manifest, TestContext.Current.CancellationToken);
        _fixture.Holder = SecondRun;
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(2))], "second");
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted)], "second");
        await _fixture.CommitAsync(SecondRun, 0, connector: "second");

        Assert.Equal(1, (await RecoverAsync()).Users);

        Assert.Equal(Print(1), (await _fixture.ReadAsync())["anna"].Print);
        Assert.Equal(Print(2), (await _fixture.ReadAsync(connector: "second"))["anna"].Print);
        Assert.Empty(Staged());
    }

    /// <summary>A run that dies after any number of its own store operations, and a recovery that dies likewise, end in the same state.</summary>
    [Fact]
    public async Task Recover_InterruptedAnywhere_EndsTheSame()
    {
        var commitSteps = await CountCallsAsync(f => f.CommitAsync(SecondRun, 1));
        var recoverSteps = await CountCallsAsync(RecoverOnAsync);
        Assert.InRange(commitSteps, 10, 200);
        Assert.InRange(recoverSteps, 10, 200);
        for (var died = 0; died <= commitSteps; died++)
        {
            // Every point of the run; of the recovery, a different few each time, so that all pairs near one another are seen.
            for (var again = died % 3; again <= recoverSteps; again += 3)
            {
                var fixture = await PreparedAsync();
                await DieAfterAsync(fixture, died, f => f.CommitAsync(SecondRun, 1));
                await DieAfterAsync(fixture, again, RecoverOnAsync);
                await RecoverOnAsync(fixture);

                var state = await fixture.ReadAsync();
                Assert.Equal(["anna", "bert", "cleo"], state.Keys);
                Assert.Equal((Print(2), FirstDay + 1, false), state["anna"]);
                Assert.Equal((Print(1), FirstDay, false), state["bert"]);
                Assert.Equal((Print(2), FirstDay + 1, false), state["cleo"]);
                Assert.Equal(fixture.Manifest().Files.Select(f => f.Name).Order(), fixture.StateFiles().Select(k => k.Split('/')[^1]).Order());
                Assert.DoesNotContain(fixture.Store.Keys, k => k.Contains("/staging/", StringComparison.Ordinal));
            }
        }
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _warnings.Add(formatter(state, exception));

    private static async Task<StateFixture> PreparedAsync()
    {
        var fixture = new StateFixture();
        await fixture.AcceptAsync(FirstRun, 0, ("anna", 1), ("bert", 1));
        foreach (var key in fixture.Store.Keys.Where(k => k.Contains("/staging/", StringComparison.Ordinal)))
        {
            await fixture.Store.DeleteAsync(key, CancellationToken.None);
        }

        fixture.Stage(SecondRun, 1, [("anna", UpdateOperation.Set, Print(2)), ("bert", UpdateOperation.Set, Print(2)), ("cleo", UpdateOperation.Set, Print(2))]);
        fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted), ("bert", OutcomeKind.Rejected), ("cleo", OutcomeKind.Accepted)]);
        return fixture;
    }

    private static async Task<int> CountCallsAsync(Func<StateFixture, Task> work)
    {
        var fixture = await PreparedAsync();
        var calls = 0;
        fixture.Store.OnCall = (_, _) => calls++;
        await work(fixture);
        return calls;
    }

    private static async Task DieAfterAsync(StateFixture fixture, int calls, Func<StateFixture, Task> work)
    {
        fixture.Store.OnCall = (_, _) =>
        {
            if (calls-- == 0)
            {
                throw new OperationCanceledException("killed");
            }
        };
        try
        {
            await work(fixture);
        }
        catch (OperationCanceledException)
        {
            // The process is gone; the next one goes on with what lies in the store.
        }

        fixture.Store.OnCall = null;
    }

    private static Task RecoverOnAsync(StateFixture fixture)
    {
        var test = new RunRecoveryTests();
        return new RunRecovery(fixture, fixture, new OrphanCommit(fixture.Publisher, test), new(fixture, TimeProvider.System, NullLogger<RetractedUsers>.Instance), test)
            .RunAsync(new(new(fixture.Job.JobPath, ThirdRun), "job:x"), StepContext.None);
    }

    private Task<RecoverResult> RecoverAsync() => _recovery.RunAsync(new(new(_fixture.Job.JobPath, ThirdRun), "job:x"), StepContext.None);

    private List<string> Staged() => [.. _fixture.Store.Keys.Where(k => k.Contains("/staging/", StringComparison.Ordinal))];

    private void RemoveStaging(string run)
    {
        foreach (var key in Staged().Where(k => k.Contains(run, StringComparison.Ordinal)))
        {
            _ = _fixture.Store.DeleteAsync(key, CancellationToken.None);
        }
    }
}
