using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Recover;

/// <summary>
/// Takes the job for the run, and then takes over what earlier runs left in staging: the job is held, so each of them was interrupted.
/// What their destinations accepted goes into the state, the oldest first; then their staging is removed, but for that of connectors whose
/// state is damaged. At last users whom a drain's destination did not accept are taken back.
/// </summary>
public sealed class RunRecovery(IJobLocator locator, IJobHold hold, OrphanCommit commit, RetractedUsers retracted, IRegisteredSearchAttributes searchAttributes)
{
    public async Task<RecoverResult> RunAsync(RecoverInput input, StepContext context)
    {
        var job = locator.Open(input.Run.JobPath);
        await hold.AcquireAsync(job, input.Run.RunId, context.CancellationToken);
        var orphans = await FindOrphansAsync(job, input.Run.RunId, context);

        // After the listing: a process that stood still may wake up when this run is over and a later one works.
        await hold.CheckAsync(job, input.Run.RunId, context.CancellationToken);
        long users = 0;
        foreach (var orphan in orphans)
        {
            var taken = await commit.RunAsync(job, orphan, input.Run.RunId, context);
            users += taken.Users;

            // Outcomes that are in the state must go: taken again after later runs, they would undo what those recorded.
            await StagingRemoval.RunAsync(job.Store, orphan.Keys, context, taken.Damaged);
        }

        await retracted.RunAsync(job, new RunKeys(job.Prefix, input.Run.RunId), context);

        // A run that was killed before its first object has only unfinished ones. This run has written nothing yet.
        await hold.CheckAsync(job, input.Run.RunId, context.CancellationToken);
        await job.Store.DeleteUnfinishedAsync(RunKeys.StagingOf(job.Prefix), context.CancellationToken);
        return new(orphans.Count, users, searchAttributes.Names);
    }

    // Folders that are named by no run id are somebody else's.
    private static async Task<IReadOnlyList<Orphan>> FindOrphansAsync(JobLocation job, string runId, StepContext context)
    {
        var folder = RunKeys.StagingOf(job.Prefix);
        var orphans = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var entry in job.Store.ListAsync(folder, context.CancellationToken))
        {
            var end = entry.Key.IndexOf('/', folder.Length);
            var name = end < 0 ? "" : entry.Key[folder.Length..end];
            if (name != runId && RunKeys.TryParseRunId(name, out _))
            {
                if (!orphans.TryGetValue(name, out var keys))
                {
                    orphans.Add(name, keys = []);
                }

                keys.Add(entry.Key);
            }
        }

        return [.. orphans.Select(o => new Orphan(new RunKeys(job.Prefix, o.Key), o.Value))];
    }
}

/// <summary>An interrupted run.</summary>
/// <param name="Staged">Every key of its staging, in order.</param>
public sealed record Orphan(RunKeys Keys, IReadOnlyList<string> Staged);
