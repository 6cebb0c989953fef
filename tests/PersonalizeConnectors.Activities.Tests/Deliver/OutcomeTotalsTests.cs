using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class OutcomeTotalsTests
{
    private readonly FakeObjectStore _store = new();
    private int _segments;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_SettledByTwoAttempts_AcceptedWinsThenRejected(bool acceptedFirst)
    {
        var accepting = new OutcomeSegment { Settled = { new(0, 0, 10) }, Outcomes = { Other(3, OutcomeKind.Unknown), Other(4, OutcomeKind.Unknown) } };
        var refusing = new OutcomeSegment
        {
            Settled = { new(0, 2, 3), new(0, 20, 1) },
            Outcomes =
            {
                Other(2, OutcomeKind.Rejected), Other(3, OutcomeKind.Rejected), Other(4, OutcomeKind.Unknown), Other(20, OutcomeKind.Rejected),
            },
        };
        foreach (var segment in acceptedFirst ? new[] { accepting, refusing } : [refusing, accepting])
        {
            Put(segment);
        }

        var totals = await OutcomeTotals.ReadAsync(_store, "outcomes/", TestContext.Current.CancellationToken);

        Assert.Equal((8, 2, 1), (totals.Accepted, totals.Rejected, totals.Unknown));
        Assert.Equal(2, totals.NextSegment);
    }

    [Fact]
    public async Task ReadAsync_SameNumberInAnotherShard_IsAnotherUpdate()
    {
        Put(new OutcomeSegment { Settled = { new(0, 5, 1), new(1, 5, 1) }, Outcomes = { Other(5, OutcomeKind.Rejected) } });

        var totals = await OutcomeTotals.ReadAsync(_store, "outcomes/", TestContext.Current.CancellationToken);

        Assert.Equal((1, 1, 0), (totals.Accepted, totals.Rejected, totals.Unknown));
    }

    private static UpdateOutcome Other(long update, OutcomeKind kind) => new(0, update, kind, "because", "u");

    private void Put(OutcomeSegment segment)
    {
        using var bytes = new ByteWriter();
        segment.Write(bytes);
        _store.Put($"outcomes/{_segments++:D6}", bytes.Written);
    }
}
