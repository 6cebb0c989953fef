using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Watch;

/// <summary>
/// Starts jobs when their batch output is there, and delivers parts that something else wrote, as events tell, until it is stopped. One activity
/// receives events and signals what they mean; after a day the workflow continues as new.
/// </summary>
[Workflow("OutputWatch")]
public sealed class OutputWatchWorkflow
{
    private readonly List<WatchSigns> _early = [];
    private readonly StopSwitch _switch = new();
    private bool _hasNews;
    private WatchCounts _events = new();
    private string _root = "";
    private string _queue = "";
    private WatchedStarts? _starts;
    private PartDeliveries? _parts;

    [WorkflowQuery("progress")]
    public OutputWatchResult GetProgress() => new(
        _root, _queue, _events, _parts?.Counts ?? new(), _starts?.Started ?? 0, _starts?.Busy ?? 0, _starts?.Late ?? 0, _starts?.Jobs ?? [],
        _parts?.Undelivered ?? [], _starts?.Trouble ?? _parts?.Trouble);

    /// <summary>What events mean; sent by the watch's own activity.</summary>
    [WorkflowSignal("seen")]
    public Task SeenAsync(WatchSigns signs)
    {
        if (_starts is null)
        {
            _early.Add(signs);
        }
        else
        {
            Take(signs);
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends the watch; runs that it started go on.</summary>
    [WorkflowSignal("stop")]
    public Task StopAsync()
    {
        _switch.Stop();
        return Task.CompletedTask;
    }

    [WorkflowRun]
    public async Task<OutputWatchResult> RunAsync(OutputWatchInput? input = null)
    {
        Begin(input);
        await _switch.RunAsync(async stop =>
        {
            var options = ActivityPolicies.Drain("receive events", TaskQueues.DeliverOf(Workflow.Info.TaskQueue));
            options.CancellationToken = stop.Token;
            var watching = Workflow.ExecuteActivityAsync(
                (IWatchActivities a) => a.WatchEventsAsync(new WatchEventsInput(_root, _queue, ActivityPolicies.DrainSeconds)), options);
            await FollowAsync(watching, stop);
            _events += (await watching).Counts;
        }, GetProgress);
        var next = input! with { Earlier = GetProgress() };
        return _switch.IsStopped ? GetProgress() : throw Workflow.CreateContinueAsNewException((OutputWatchWorkflow w) => w.RunAsync(next));
    }

    private async Task FollowAsync(Task watching, CancellationTokenSource stop)
    {
        bool IsUp() => watching.IsCompleted || _hasNews || (_parts!.HasNext && !stop.IsCancellationRequested);
        while (!watching.IsCompleted)
        {
            if (!stop.IsCancellationRequested)
            {
                _parts!.Begin(stop.Token);
                await _starts!.StartDueAsync();
            }

            if (Workflow.ContinueAsNewSuggested && !stop.IsCancellationRequested)
            {
                stop.Cancel();
            }

            _hasNews = false;
            if (_starts!.NextDue is { } due && !stop.IsCancellationRequested)
            {
                var left = due - Workflow.UtcNow;
                await Workflow.WaitConditionAsync(IsUp, left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), CancellationToken.None);
            }
            else
            {
                await Workflow.WaitConditionAsync(IsUp, CancellationToken.None);
            }
        }

        stop.Cancel();
        await _parts!.EndAsync();
    }

    private void Take(WatchSigns signs)
    {
        foreach (var output in signs.Outputs)
        {
            _starts!.Take(output);
        }

        foreach (var part in signs.Parts)
        {
            _parts!.Take(part);
        }

        _hasNews = true;
    }

    private void Begin(OutputWatchInput? input)
    {
        if (input?.Unknown is { Count: > 0 } unknown)
        {
            throw Refused($"The input has unknown keys: {string.Join(", ", unknown.Keys.Order(StringComparer.Ordinal))}. Known are root, queue, quietSeconds and earlier.");
        }

        if (input is not { Root: { } given, Queue: { Length: > 0 } queue } || JobId.Canonical(given) is not { Length: > 0 } root)
        {
            throw Refused("The input names no root or no queue: {\"root\": \"s3://bucket\", \"queue\": \"personalize-connectors-events\"} is the least.");
        }

        var quiet = input.QuietSeconds ?? OutputWatchInput.DefaultQuietSeconds;
        if (quiet < 1)
        {
            throw Refused($"quietSeconds is {quiet}; it has to be 1 or more.");
        }

        (_root, _queue, _events) = (root, queue, input.Earlier?.Events ?? new());
        _parts = new(input.Earlier);
        _starts = new(TimeSpan.FromSeconds(quiet), input.Earlier, () => _hasNews = true);
        _early.ForEach(Take);
    }

    private static ApplicationFailureException Refused(string message) =>
        new(message, errorType: FailureTypes.InvalidInput, nonRetryable: true);
}
