using CsCheck;
using PersonalizeConnectors.Activities.Tests.State;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.CommitState;

/// <summary>Three runs in a row against a dictionary that does the same in the most obvious way.</summary>
public sealed class CommitModelTests
{
    private static readonly Gen<Draw> Draws = Gen.Select(
        Gen.Int[0, 59], Gen.Enum<UpdateOperation>(), Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 2],
        (user, operation, print, outcome, range) => new Draw($"user-{user}", operation, print, outcome, range));

    private static readonly Gen<(int Bits, Draw[] Draws)> Runs = Gen.Select(Gen.Int[0, 3], Draws.Array[0, 40]);

    [Fact]
    public async Task Commit_RandomRuns_EqualsTheModel()
    {
        await Runs.Array[3].SampleAsync(
            async runs =>
            {
                var fixture = new StateFixture();
                var model = new SortedDictionary<string, (Fingerprint Print, int Day, bool IsGone)>(StringComparer.Ordinal);
                foreach (var ((bits, draws), number) in runs.Select((r, i) => (r, i)))
                {
                    string run = new[] { FirstRun, SecondRun, ThirdRun }[number];
                    Draw[] updates = [.. draws.DistinctBy(d => d.User)];
                    fixture.Stage(run, bits, updates.Select(d => (d.User, d.Operation, Print(d.Print))));
                    Settle(fixture, run, updates);
                    var result = await fixture.CommitAsync(run, bits, lastRange: 2);
                    var delivered = updates.Where(d => d.Operation is UpdateOperation.Set or UpdateOperation.Clear).ToList();
                    Assert.Equal(delivered.Count(d => d.Final == OutcomeKind.Accepted), result.Accepted);
                    Assert.Equal(delivered.Count(d => d.Final == OutcomeKind.Rejected), result.Rejected);
                    Assert.Equal(delivered.Count(d => d.Final == OutcomeKind.Unknown), result.Unknown);
                    foreach (var update in updates)
                    {
                        Apply(model, update, FirstDay + number);
                    }

                    Assert.Equal(model, await fixture.ReadAsync((bits + 1) % 4));
                    Assert.Equal(model.Count(e => !e.Value.IsGone), result.StateUsers);
                    Assert.Equal(model.Count(e => e.Value.IsGone), fixture.Manifest().Gone);
                    Assert.Equal(1 << bits, fixture.StateFiles().Count());
                }
            },
            iter: 150, seed: "0N0XIzNsQ0O2");
    }

    private static void Apply(SortedDictionary<string, (Fingerprint Print, int Day, bool IsGone)> model, Draw update, int day)
    {
        var isKnown = model.TryGetValue(update.User, out var old);
        if (update.Operation is UpdateOperation.Gone or UpdateOperation.Back)
        {
            if (isKnown)
            {
                model[update.User] = old with { IsGone = update.Operation == UpdateOperation.Gone };
            }
        }
        else if (update.Final == OutcomeKind.Unknown)
        {
            if (update.Operation == UpdateOperation.Set)
            {
                model[update.User] = (Fingerprint.Unknown, isKnown ? old.Day : day, false);
            }
            else if (isKnown)
            {
                model[update.User] = old with { Print = Fingerprint.Unknown };
            }
        }
        else if (update.Final == OutcomeKind.Accepted)
        {
            model.Remove(update.User);
            if (update.Operation == UpdateOperation.Set)
            {
                model[update.User] = (Print(update.Print), day, false);
            }
        }
    }

    private static void Settle(StateFixture fixture, string run, Draw[] updates)
    {
        foreach (var range in updates.GroupBy(d => d.Range))
        {
            for (var segment = 0; segment < 2; segment++)
            {
                fixture.Settle(run, range.Key, segment, range.Where(d => d.In(segment) is not null).Select(d => (d.User, d.In(segment)!.Value)));
            }
        }
    }

    private sealed record Draw(string User, UpdateOperation Operation, int Print, int Outcome, int Range)
    {
        public OutcomeKind? Final => Outcome switch
        {
            0 or 4 or 6 => OutcomeKind.Accepted,
            1 or 5 => OutcomeKind.Rejected,
            2 => OutcomeKind.Unknown,
            _ => null,
        };

        // 4 to 6 are settled by two attempts.
        public OutcomeKind? In(int segment) => (Outcome, segment) switch
        {
            (4, 0) => OutcomeKind.Rejected,
            (5, 0) => OutcomeKind.Unknown,
            (6, 1) => OutcomeKind.Unknown,
            (_, 0) or (4 or 5 or 6, _) => Final,
            _ => null,
        };
    }
}
