using System.Collections.Concurrent;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>The activity of a drain.</summary>
internal sealed class FakeDrain : IDrainActivities
{
    public ConcurrentQueue<DrainInput> Calls { get; } = new();

    /// <summary>By the number of the call, from 1.</summary>
    public Func<int, Task<DrainResult>> Answer { get; set; } = _ => Task.FromResult(new DrainResult(new()));

    [Activity]
    public Task<DrainResult> DrainAsync(DrainInput input)
    {
        Calls.Enqueue(input);
        return Answer(Calls.Count);
    }
}
