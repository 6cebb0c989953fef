using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Drain;

public sealed class HeldMessagesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DateTimeOffset _start;

    public HeldMessagesTests() => _start = _clock.GetUtcNow();

    [Fact]
    public async Task WaitForRoom_VisibilityThatMayNotBeRenewed_ThrowsWhy()
    {
        var queue = new FakeQueue { OnHide = () => throw new ConnectorException(FailureTypes.InvalidConfiguration, "denied", transient: false) };
        var held = new HeldMessages(queue, _clock);
        held.Add([Message("r-1")]);

        await KeepUntilAsync(held, keeping => keeping.IsCompleted);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => held.WaitForRoomAsync(TestContext.Current.CancellationToken));
        Assert.Equal("denied", e.Message);
    }

    [Fact]
    public async Task WaitForRoom_RenewalThatFailsForNow_IsTriedAgain()
    {
        var failures = 0;
        var queue = new FakeQueue
        {
            OnHide = () =>
            {
                if (failures++ < 2)
                {
                    throw new ConnectorException(FailureTypes.AwsUnreachable, "away", transient: true);
                }
            },
        };
        var held = new HeldMessages(queue, _clock);
        held.Add([Message("r-1")]);

        await KeepUntilAsync(held, _ => queue.Hidden > 0);

        await held.WaitForRoomAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Keep_SingleMessagesThatAreNotRenewed_AreTriedAgain()
    {
        var tries = 0;
        var queue = new FakeQueue { OnHidden = receipts => receipts.Contains("r-2") && tries++ < 1 ? ["r-2"] : [] };
        var held = new HeldMessages(queue, _clock);
        held.Add([Message("r-1"), Message("r-2")]);

        await KeepUntilAsync(held, _ => tries > 1);

        // Both when half of the visibility is over, the one that was left a quarter later.
        Assert.Equal((2, queue.Visibility * 0.75), (tries, _clock.GetUtcNow() - _start));
    }

    private async Task KeepUntilAsync(HeldMessages held, Func<Task, bool> isEnough)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var keeping = held.KeepAsync(stop.Token);
        while (!isEnough(keeping))
        {
            stop.Token.ThrowIfCancellationRequested();
            _clock.AdvanceToNextTimer();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await keeping;
    }

    private IncomingMessage Message(string receipt) => new("m", receipt, "body", _clock.GetUtcNow(), "", 1);
}
