using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>
/// A job in a bucket, and its worker process killed in the middle of each step in turn: the same profiles, nobody lost, few repeats.
/// <see cref="EngineKillTests"/> does the same to a local root. In two halves, which run beside each other: most of the time they wait for a lost worker
/// to be missed.
/// </summary>
public sealed class WorkerKillTests(AwsFixture aws, OwnTemporal temporal) : IClassFixture<OwnTemporal>
{
    [Theory]
    [MemberData(nameof(KillSteps.OfTheJob), MemberType = typeof(KillSteps))]
    public Task Run_WorkerKilledInTheStep_EndsWithTheSameProfiles(string step, string before) => WorkerKill.AssertSurvivedAsync(aws, temporal, step, before);
}

/// <summary>The steps of a connector.</summary>
public sealed class WorkerKillInConnectorTests(AwsFixture aws, OwnTemporal temporal) : IClassFixture<OwnTemporal>
{
    [Theory]
    [MemberData(nameof(KillSteps.OfAConnector), MemberType = typeof(KillSteps))]
    public Task Run_WorkerKilledInTheStep_EndsWithTheSameProfiles(string step, string before) => WorkerKill.AssertSurvivedAsync(aws, temporal, step, before);
}
