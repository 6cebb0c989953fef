using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;
using static PersonalizeConnectors.Activities.Tests.Report.ReportFixture;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.Report;

public sealed class RunReporterTests : IDisposable
{
    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(8, 0, 0, null, false, RunStatus.Completed)]
    [InlineData(7, 1, 0, null, false, RunStatus.CompletedWithRejections)]
    [InlineData(7, 0, 1, null, false, RunStatus.Failed)]
    [InlineData(8, 0, 0, "It broke.", false, RunStatus.Failed)]
    [InlineData(7, 1, 0, "It broke.", false, RunStatus.Failed)]
    [InlineData(7, 1, 0, null, true, RunStatus.Canceled)]
    public async Task Report_Outcomes_MakeTheStatus(long accepted, long rejected, long unknown, string? failure, bool canceled, string status)
    {
        var input = Input(FirstRun, Outcome(accepted, rejected, unknown)) with { Failure = failure, Canceled = canceled };

        var report = await _fixture.ReportAsync(input);

        Assert.Equal(status, report.Status);
        Assert.Equal(status == RunStatus.Failed, report.Failure is not null);
    }

    [Fact]
    public async Task Report_OneOfTwoConnectorsFailed_NamesIt()
    {
        var report = await _fixture.ReportAsync(Input(FirstRun, Outcome(8), Outcome(0, failure: "Braze refuses the key.", name: "second")));

        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal("second: Braze refuses the key.", report.Failure);
        Assert.Equal(["braze", "second"], report.Connectors.Keys);
    }

    [Fact]
    public async Task Report_RejectionsOfSeveralSegments_AreGroupedMostFrequentFirst()
    {
        string[] users = ["a", "b", "c", "d", "e"];
        _fixture.State.Stage(FirstRun, 1, users.Select(u => (u, UpdateOperation.Set, Print(1))));
        _fixture.State.Settle(FirstRun, 0, 0, [("a", OutcomeKind.Accepted), ("b", OutcomeKind.Rejected), ("c", OutcomeKind.Rejected), ("e", OutcomeKind.Unknown)]);
        _fixture.State.Settle(FirstRun, 0, 1, [("b", OutcomeKind.Rejected), ("c", OutcomeKind.Accepted)]);
        _fixture.State.Settle(FirstRun, 1, 0, [("d", OutcomeKind.Rejected)]);

        var report = await _fixture.ReportAsync(Input(FirstRun, Outcome(3, 2)));

        var rejection = Assert.Single(report.Connectors["braze"].Rejections);
        Assert.Equal(("Rejected for a reason", 2, "b"), (rejection.Reason, rejection.Users, rejection.Example));
    }

    [Fact]
    public async Task Report_DeliveryFailed_RequestsAndCollapsedUsersComeFromTheLog()
    {
        _fixture.State.Stage(FirstRun, 0, [("a", UpdateOperation.Set, Print(1))]);
        _fixture.State.Settle(FirstRun, 0, 0, [("a", OutcomeKind.Accepted)]);
        using var bytes = new ByteWriter();
        new OutcomeSegment { RequestsSent = 6, RequestsRetried = 4, RequestsRateLimited = 3, CollapsedUsers = 5 }.Write(bytes);
        _fixture.State.Store.Put(_fixture.State.Keys(FirstRun).OutcomeSegment(Connector, 1, 0), bytes.Written);

        var report = await _fixture.ReportAsync(
            Input(FirstRun, Outcome(0, failure: "Braze refuses the key."), Outcome(0, name: "second")));

        Assert.Equal(new RequestCounts(7, 4, 3), report.Connectors["braze"].Requests);
        Assert.Equal(5, report.Connectors["braze"].CollapsedUsers);
        Assert.Equal(new RequestCounts(2, 1, 0), report.Connectors["second"].Requests);
        Assert.Single(Sentences(), s => s.Contains("lists of 5 accepted users", StringComparison.Ordinal));

        IEnumerable<string> Sentences() => Encoding.UTF8.GetString(_fixture.State.Store[_fixture.State.Keys(FirstRun).ReportHtml]).Split('\n');
    }

    [Fact]
    public async Task Report_Samples_AreGatheredByStepAndBounded()
    {
        var keys = _fixture.State.Keys(FirstRun);
        var many = "[" + string.Join(',', Enumerable.Range(0, 40).Select(i => $"{{\"file\":\"f{i}\"}}")) + "]";
        _fixture.State.Store.Put(keys.Samples("load", 0), many);
        _fixture.State.Store.Put(keys.Samples("load", 1), many);
        _fixture.State.Store.Put(keys.Samples("decorate-my-braze", 0), "[{\"file\":\"items.json\"}]");
        _fixture.State.Store.Put(keys.Samples("join", 0), "damaged");
        _fixture.State.Store.Put(keys.Samples("join", 1), "[]");

        var report = await _fixture.ReportAsync(Input(FirstRun));

        Assert.Equal(["decorate-my-braze", "load"], report.Samples.Keys.Order());
        Assert.Equal(50, report.Samples["load"].Count);
        Assert.Equal("items.json", report.Samples["decorate-my-braze"][0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task Report_FailedBeforeThePlan_ReportsAndKeepsEveryOlderRun()
    {
        foreach (var day in Enumerable.Range(1, 9))
        {
            _fixture.State.Store.Put(_fixture.State.Keys($"2026100{day}T000000Z-00000001").Report, "{}");
        }

        var report = await _fixture.ReportAsync(Input(FirstRun) with { Failure = "config.json is wrong." });

        Assert.Equal("user_personalization", report.JobType);
        Assert.Empty(report.Connectors);
        Assert.Null(report.Mapping);
        Assert.Equal(10, _fixture.State.Store.Keys.Count(k => k.EndsWith("report.json", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Report_Done_RemovesStagingForgetsScratchAndLetsTheJobGo()
    {
        await _fixture.State.AcquireAsync(_fixture.State.Job, FirstRun, TestContext.Current.CancellationToken);
        await _fixture.State.AcceptAsync(FirstRun, 2, ("a", 1), ("b", 2));
        var other = _fixture.State.Keys(SecondRun).Plan;
        _fixture.State.Store.Put(other, "somebody else's");

        await _fixture.ReportAsync(Input(FirstRun, Outcome(2)));

        Assert.Equal([other], _fixture.State.Store.Keys.Where(k => k.Contains("/staging/", StringComparison.Ordinal)));
        Assert.Equal([FirstRun], _fixture.Forgotten);
        Assert.Null(_fixture.State.Holder);
        Assert.Equal(2, (await _fixture.State.ReadAsync()).Count);
    }

    [Fact]
    public async Task Report_StateNotCommitted_KeepsStaging()
    {
        _fixture.State.Stage(FirstRun, 0, [("a", UpdateOperation.Set, Print(1))]);
        _fixture.State.Settle(FirstRun, 0, 0, [("a", OutcomeKind.Accepted)]);
        var staged = _fixture.State.Store.Keys;

        await _fixture.ReportAsync(Input(FirstRun, Outcome(0)) with { KeepStaging = true });

        Assert.Equal(staged, _fixture.State.Store.Keys.Where(k => k.Contains("/staging/", StringComparison.Ordinal)));
        Assert.Equal([FirstRun], _fixture.Forgotten);
    }

    [Fact]
    public async Task Report_SecondAttemptAfterStagingIsGone_SaysTheSame()
    {
        _fixture.State.Stage(FirstRun, 0, [("a", UpdateOperation.Set, Print(1))]);
        _fixture.State.Settle(FirstRun, 0, 0, [("a", OutcomeKind.Rejected)]);
        var input = Input(FirstRun, Outcome(0, 1));
        await _fixture.ReportAsync(input);
        var first = _fixture.State.Store[_fixture.State.Keys(FirstRun).Report];

        await _fixture.ReportAsync(input);

        Assert.Equal(first, _fixture.State.Store[_fixture.State.Keys(FirstRun).Report]);
    }

    [Fact]
    public async Task Report_RunThatWasReset_IsReportedAnew()
    {
        await _fixture.ReportAsync(Input(FirstRun, Outcome(1)));

        var report = await _fixture.ReportAsync(Input(FirstRun, Outcome(5)) with { Seconds = 99 });

        Assert.Equal(5, report.Connectors["braze"].Users.Accepted);
    }

    [Fact]
    public async Task Report_DamagedSegment_IsLeftOut()
    {
        _fixture.State.Stage(FirstRun, 0, [("a", UpdateOperation.Set, Print(1))]);
        _fixture.State.Store.Put(_fixture.State.Keys(FirstRun).OutcomeSegment(Connector, 0, 0), "damaged");
        _fixture.State.Settle(FirstRun, 0, 1, [("a", OutcomeKind.Rejected)]);

        var report = await _fixture.ReportAsync(Input(FirstRun, Outcome(0, 1)));

        Assert.Single(report.Connectors["braze"].Rejections);
    }

    [Fact]
    public async Task Report_MoreRunsThanKept_RemovesTheOldest()
    {
        const string Old = "20261001T000000Z-00000001";
        var store = _fixture.State.Store;
        _fixture.State.Stage(ThirdRun, 0, []);
        foreach (var run in new[] { Old, FirstRun, SecondRun })
        {
            var keys = _fixture.State.Keys(run);
            store.Put(keys.Report, "{}");
            store.Put(keys.ReportHtml, "page");
            store.Put(keys.RejectedPart("second", 0, 0, "a"), "rejected");
            store.Put(keys.ErrorPart(0), "errors");
            store.Put(keys.OutputPart("second", 0), "output");
        }

        store.Put(_fixture.State.Job.Prefix + "runs/notes.txt", "mine");
        store.Put(_fixture.State.Job.Prefix + "output/second/rejected/readme/x", "mine");

        await _fixture.ReportAsync(Input(ThirdRun));

        var kept = new[] { SecondRun, ThirdRun };
        Assert.Equal(kept, store.Keys.Where(k => k.EndsWith("report.json", StringComparison.Ordinal)).Select(k => k.Split('/')[^2]));
        Assert.Equal([_fixture.State.Keys(SecondRun).RejectedPart("second", 0, 0, "a")], store.Keys.Where(k => k.EndsWith("00000-000000-a.json.gz", StringComparison.Ordinal)));
        Assert.Equal([_fixture.State.Keys(SecondRun).ErrorPart(0)], store.Keys.Where(k => k.Contains("/errors/", StringComparison.Ordinal)));
        Assert.Equal(3, store.Keys.Count(k => k.Contains("/output/second/year=", StringComparison.Ordinal)));
        Assert.Equal(2, store.Keys.Count(k => Encoding.UTF8.GetString(store[k]) == "mine"));
    }

    [Fact]
    public async Task Report_StagedOutcomes_StandAsIfTheyHadCome()
    {
        _fixture.State.Stage(FirstRun, 0, []);
        string[] names = [.. Enumerable.Range(1, 12).Select(i => $"braze-{i}")];
        foreach (var name in names)
        {
            var outcome = Outcome(5, rejected: name == "braze-3" ? 1 : 0, failure: name == "braze-2" ? "away" : null, name: name);
            await _fixture.Reporter.StageAsync(new(Input(FirstRun).Run, outcome), StepContext.None);
        }

        var report = await _fixture.ReportAsync(Input(FirstRun) with { StagedConnectors = names });

        Assert.Equal(names, report.Connectors.Keys);
        Assert.Equal(60, report.Connectors.Values.Sum(c => c.Users.Accepted));
        Assert.Equal((RunStatus.Failed, "braze-2: away"), (report.Status, report.Failure));
        Assert.DoesNotContain(_fixture.State.Store.Keys, k => k.EndsWith("/outcome.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_ConnectorTakenOutOfTheConfiguration_LosesWhatItRejectedToo()
    {
        var state = _fixture.State;
        foreach (var (run, connector) in new[] { (FirstRun, "formerly"), (SecondRun, "formerly"), (ThirdRun, Connector) })
        {
            state.Stage(run, 0, []);
            state.Store.Put(state.Keys(run).RejectedPart(connector, 0, 0, "a"), "rejected");
            await _fixture.ReportAsync(Input(run, Outcome(1) with { Name = connector }));
        }

        Assert.Equal(
            [state.Keys(ThirdRun).RejectedPart(Connector, 0, 0, "a"), state.Keys(SecondRun).RejectedPart("formerly", 0, 0, "a")],
            state.Store.Keys.Where(k => k.Contains("/rejected/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Report_PruningFails_StillEndsTheRun()
    {
        _fixture.State.Stage(FirstRun, 0, []);
        _fixture.State.Holder = FirstRun;
        _fixture.State.Store.OnCall = (call, key) =>
        {
            if (call == "list" && key.EndsWith("/runs/", StringComparison.Ordinal))
            {
                throw new StorageException("denied", transient: false);
            }
        };

        await _fixture.ReportAsync(Input(FirstRun, Outcome(1)));

        Assert.Null(_fixture.State.Holder);
    }

    [Fact]
    public async Task Report_StoreAway_FailsForAnotherAttempt()
    {
        _fixture.State.Holder = FirstRun;
        _fixture.State.Store.OnCall = (_, _) => throw new StorageException("away", transient: true);

        var failure = await Assert.ThrowsAsync<StorageException>(() => _fixture.Reporter.RunAsync(Input(FirstRun, Outcome(1)), StepContext.None));

        Assert.True(failure.IsTransient);
        Assert.Equal(FirstRun, _fixture.State.Holder);
    }
}
