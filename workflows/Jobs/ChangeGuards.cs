using System.Globalization;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Refuses a delta that changes or removes more users than a job allows: a broken source must not wipe a destination.</summary>
internal static class ChangeGuards
{
    /// <param name="stateUsers">Users in the state before the run; without any there is nothing to compare with.</param>
    /// <exception cref="ApplicationFailureException"><c>GuardTripped</c>.</exception>
    public static void Check(PlanResult plan, UserCounts users, long stateUsers)
    {
        if (stateUsers > 0)
        {
            Check("maxChangeRate", "changed", users.Changed, stateUsers, plan.MaxChangeRate);
            Check("maxRemovalRate", "removed", users.Removed, stateUsers, plan.MaxRemovalRate);
        }
    }

    private static void Check(string guard, string what, long users, long stateUsers, double? limit)
    {
        if (limit is { } most && users > most * stateUsers)
        {
            throw new ApplicationFailureException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{users} of {stateUsers} users would be {what}, {100.0 * users / stateUsers:0.#} %, and {guard} allows {100 * most:0.#} %. Nothing was sent. If this is right, run again with --override-guards."),
                errorType: FailureTypes.GuardTripped, nonRetryable: true);
        }
    }
}
