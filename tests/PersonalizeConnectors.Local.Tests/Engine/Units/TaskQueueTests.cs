using PersonalizeConnectors.Local.Engine;
using PersonalizeConnectors.Local.Engine.Matching;
using PersonalizeConnectors.Local.Tests.Braze;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Tests.Engine.Units;

public sealed class TaskQueueTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly TemporalService _service;

    public TaskQueueTests() => _service = new TemporalService(new EmbeddedEngineOptions(), _clock);

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Poll_TaskComesLater_GetsIt()
    {
        var poll = PollAsync(CancellationToken.None);
        Add("task");

        Assert.Equal("task", await poll);
    }

    [Fact]
    public async Task Poll_CallerGone_LeavesTheTaskToTheNext()
    {
        using var gone = new CancellationTokenSource();
        var first = PollAsync(gone.Token);
        var second = PollAsync(CancellationToken.None);
        await gone.CancelAsync();
        Add("task");

        Assert.Null(await first);
        Assert.Equal("task", await second);
    }

    [Fact]
    public async Task Poll_CallerGoneBeforeItAsks_LeavesTheTaskInTheQueue()
    {
        Add("task");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PollAsync(new CancellationToken(canceled: true)));

        Assert.Equal("task", await PollAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Poll_StaleTaskFirst_GetsTheOneBehindIt()
    {
        var stale = Add("stale");
        Add("fresh");
        stale.IsWanted = false;

        Assert.Equal("fresh", await PollAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Poll_NothingComes_EndsEmptyHanded()
    {
        var poll = PollAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(51));

        Assert.Null(await poll);
    }

    [Fact]
    public async Task Remove_OfTheBacklog_LeavesTheOthers()
    {
        var abandoned = Add("abandoned");
        Add("task");
        var queue = _service.Queues.Workflow("queue");
        _service.Do(() => queue.Remove(abandoned));

        Assert.Equal(1, queue.Backlog);
        Assert.Equal("task", await PollAsync(CancellationToken.None));
    }

    private Text Add(string text)
    {
        var task = new Text(text);
        _service.Do(() => _service.Queues.Workflow("queue").Add(task));
        return task;
    }

    private Task<string?> PollAsync(CancellationToken caller) =>
        _service.Queues.PollAsync<string>(TaskQueueType.Workflow, "queue", "worker", caller);

    private sealed class Text(string text) : IQueuedTask<string>
    {
        public bool IsWanted { get; set; } = true;

        public string? Start(string identity) => IsWanted ? text : null;
    }
}
