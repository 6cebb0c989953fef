using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>Who is told what events mean. The messages are deleted after that.</summary>
internal interface IWatchSigns
{
    Task TellAsync(WatchSigns signs, CancellationToken cancellationToken);
}
