using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Watch;

/// <summary>Jobs with new batch output, each started once it has been quiet.</summary>
/// <param name="changed">Told when a job is due at another time than before, without a sign.</param>
internal sealed class WatchedStarts(TimeSpan quiet, OutputWatchResult? earlier, Action changed)
{
    // Events of S3 arrive within minutes; a day later nobody asks when the last start was.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly SortedDictionary<string, WatchedStart> _jobs =
        new((earlier?.Jobs ?? []).ToDictionary(job => job.JobPath), StringComparer.Ordinal);

    public long Started { get; private set; } = earlier?.Started ?? 0;

    public long Busy { get; private set; } = earlier?.Busy ?? 0;

    public long Late { get; private set; } = earlier?.Late ?? 0;

    /// <summary>Why the last start failed; null where it did not.</summary>
    public string? Trouble { get; private set; }

    public IReadOnlyList<WatchedStart> Jobs => [.. _jobs.Values];

    /// <summary>When the next job is due; null: none waits.</summary>
    public DateTime? NextDue => _jobs.Values.Min(job => job.Due);

    public void Take(OutputSign sign)
    {
        var now = Workflow.UtcNow;
        var settle = TimeSpan.FromSeconds(sign.SettleSeconds);
        var at = sign.At?.UtcDateTime is { } written && written < now ? written : now;
        var job = _jobs.TryGetValue(sign.JobPath, out var known) ? known : new(sign.JobPath, Due: null, IsComplete: false, StartedAt: null);
        if (job.StartedAt is { } started && at + settle <= started)
        {
            // That run found it settled, and has read it.
            Late++;
            return;
        }

        var settled = at + settle;
        if (sign.IsComplete)
        {
            job = job with { Due = settled > now ? settled : now, IsComplete = true };
        }
        else if (job is not { Due: not null, IsComplete: true })
        {
            var over = now + quiet;
            job = job with { Due = settled > over ? settled : over };
        }

        _jobs[sign.JobPath] = job;
    }

    /// <summary>Starts what is due. A job that runs is tried again: its run may have begun before the newest output was there.</summary>
    public async Task StartDueAsync()
    {
        foreach (var jobPath in _jobs.Keys.ToList())
        {
            // Looked at anew: while another job was started, newer output may have put this one off.
            var now = Workflow.UtcNow;
            if (_jobs[jobPath] is not { Due: { } due } job || due > now)
            {
                continue;
            }

            // Before the start: what is seen while it is under way waits for a start of its own.
            _jobs[job.JobPath] = job with { Due = null, IsComplete = false, StartedAt = now };
            try
            {
                var run = await StartAsync(job.JobPath);
                Started++;
                Trouble = null;
                _ = PutOffIfHeldAsync(job, run);
            }
            catch (WorkflowAlreadyStartedException)
            {
                Busy++;
                PutOff(job);
            }
            catch (ChildWorkflowFailureException e)
            {
                Trouble = $"{job.JobPath}: {FailureCause.Of(e).Message}";
                PutOff(job);
            }
        }

        Forget();
    }

    private static Task<ChildWorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>> StartAsync(string jobPath) => Workflow.StartChildWorkflowAsync(
        (ConnectorJobWorkflow job) => job.RunAsync(new ConnectorJobInput { JobPath = jobPath }),
        new ChildWorkflowOptions
        {
            Id = JobId.Of(jobPath),
            // A run goes on when the watch is stopped or continues as new.
            ParentClosePolicy = ParentClosePolicy.Abandon,
            CancellationToken = CancellationToken.None,
            StaticSummary = $"Run of {jobPath}, started by new batch output",
        });

    /// <summary>A run of another service, or of a command line's own engine, is known to the store alone: it refuses ours when that has begun.</summary>
    private async Task PutOffIfHeldAsync(WatchedStart job, ChildWorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> run)
    {
        try
        {
            await run.GetResultAsync();
        }
        catch (ChildWorkflowFailureException e) when (FailureCause.Of(e).Type == FailureTypes.JobAlreadyRunning)
        {
            Started--;
            Busy++;
            PutOff(job);
            changed();
        }
        catch (ChildWorkflowFailureException)
        {
            // Its own report says why, and its schedule or the next output runs it again.
        }
    }

    private void PutOff(WatchedStart job)
    {
        var due = Workflow.UtcNow + quiet;
        var known = _jobs.GetValueOrDefault(job.JobPath, job);
        _jobs[job.JobPath] = known with { Due = known.Due < due ? known.Due : due, StartedAt = job.StartedAt };
    }

    private void Forget()
    {
        var before = Workflow.UtcNow - Remembered;
        foreach (var job in Jobs.Where(job => job.Due is null && job.StartedAt < before))
        {
            _jobs.Remove(job.JobPath);
        }
    }
}
