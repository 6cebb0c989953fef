using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Runs the activities of a step, at most <see cref="ActivityPolicies.InFlight"/> of the whole run at once, and keeps count.</summary>
/// <param name="pause">While it is on, nothing new begins.</param>
internal sealed class StepRunner(RunProgress progress, PauseSwitch pause)
{
    private readonly Temporalio.Workflows.Semaphore _slots = new(ActivityPolicies.InFlight);

    public RunProgress Progress => progress;

    public PauseSwitch Pause => pause;

    /// <summary>A step of one activity.</summary>
    public async Task<T> OneAsync<T>(string name, Func<Task<T>> activity, Func<T, ByteCounts> bytes, string? connector = null)
    {
        await pause.WaitAsync();
        var step = progress.Begin(name, connector, 1);
        var result = await activity();
        progress.Advance(step, bytes(result));
        return result;
    }

    /// <summary>A step of many activities; all that began end before it does, also when one fails.</summary>
    /// <param name="collect">Called with each result, in order of completion; gives its bytes.</param>
    public async Task EachAsync<T>(string name, string? connector, int count, Func<int, Task<T>> activity, Func<T, ByteCounts> collect)
    {
        await EachAsync(name, connector, [.. Enumerable.Range(0, count)], activity, (_, result) => collect(result));
    }

    public async Task EachAsync<T>(
        string name, string? connector, IReadOnlyList<int> indexes, Func<int, Task<T>> activity, Func<int, T, ByteCounts> collect)
    {
        await pause.WaitAsync();
        var step = progress.Begin(name, connector, indexes.Count);
        var failed = false;
        await Workflow.WhenAllAsync(indexes.Select(RunOneAsync));

        async Task RunOneAsync(int index)
        {
            // Not the run's token: a canceled wait would leave the step before its running activities have ended.
            await _slots.WaitAsync(CancellationToken.None);
            try
            {
                await pause.WaitAsync();
                if (failed)
                {
                    return;
                }

                progress.Advance(step, collect(index, await activity(index)));
            }
            catch
            {
                failed = true;
                throw;
            }
            finally
            {
                _slots.Release();
            }
        }
    }
}
