using PersonalizeConnectors.Activities;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.EndToEnd;

/// <summary>An input that is written anew once Plan has looked at it: what the run reads would be neither the old one nor the new one.</summary>
public sealed class ChangedInputEndToEndTests(TemporalServerFixture server)
{
    private const string Job = "etl_jobs/related_items/picks/";

    [Theory]
    [InlineData("batch/picks/job_config.json.out", "")]
    [InlineData(Job + "input/user_item_mapping/users.csv", "user-000001,item-2\n")]
    [InlineData(Job + "input/item_metadata/items.json", "")]
    public async Task Run_InputChangesAfterPlan_FailsByNameSendsNothingAndTheNextRunIsFine(string key, string more)
    {
        using var root = TestRoot.CreateItemKeyed(50, 10);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        Action? change = () => File.AppendAllText(Path.Combine(root.Path, key), more.Length > 0 ? more : "\n");
        await using var host = await JobHost.StartAsync(
            server.Client, JobHost.Settings(root.Path, ("braze", braze)),
            services => services.Decorate<IRunOpener>((_, inner) => new Opener(inner, () => Interlocked.Exchange(ref change, null)?.Invoke())));

        var run = await host.RunAsync(root.JobPath);

        Assert.Equal((RunStatus.Failed, FailureTypes.InputChanged), (run.Status, run.Failure?.Type));
        Assert.Contains(Path.GetFileName(key), run.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(0, braze.Statistics.Requests);
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "output")));

        var next = await host.RunAsync(root.JobPath);
        Assert.Equal((RunStatus.Completed, 50), (next.Status, next.Users("accepted")));
    }

    /// <summary>The first step behind Plan is the first to open the run.</summary>
    private sealed class Opener(IRunOpener inner, Action before) : IRunOpener
    {
        public Task<OpenedRun> OpenAsync(RunRef run, CancellationToken cancellationToken)
        {
            before();
            return inner.OpenAsync(run, cancellationToken);
        }
    }
}
