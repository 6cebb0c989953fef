using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Drain;

public sealed class NewestRecordsTests
{
    private const int Generation = 10;

    private readonly NewestRecords _newest = new(Generation);

    [Fact]
    public void HasPassed_LastTenUsers_AreAlwaysRemembered()
    {
        for (var user = 0; user < 100; user++)
        {
            _newest.Begin(Record(user, day: 2));
            for (var recent = Math.Max(0, user - Generation + 1); recent <= user; recent++)
            {
                Assert.True(_newest.HasPassed(Record(recent, day: 1)));
                Assert.True(_newest.HasPassed(Record(recent, day: 2)));
                Assert.False(_newest.HasPassed(Record(recent, day: 2, message: "another")));
                Assert.False(_newest.HasPassed(Record(recent, day: 3)));
            }
        }
    }

    [Fact]
    public void HasPassed_OlderThanTwoGenerations_IsForgotten()
    {
        for (var user = 0; user < 100; user++)
        {
            _newest.Begin(Record(user, day: 2));
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(user => _newest.HasPassed(Record(user, day: 1))), Generation, 2 * Generation);
    }

    private static QueuedRecord Record(int user, int day, string message = "m")
    {
        var at = DateTimeOffset.UnixEpoch.AddDays(day);
        return new(new(message, "r", "", at, "", 1), $"user-{user}", null, UpdateOperation.Set, new("recs_", []), new(at, at, ""), []);
    }
}
