using System.Globalization;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Sends a batch until every user in it is settled: one request at a time, so that no user is in two requests at once.</summary>
/// <param name="connector">For messages.</param>
internal sealed class BatchSender(
    DestinationSession session, HeldJob held, Pacer pacer, Patience patience, InFlight inFlight, IOutcomes log, RejectGuard guard, DeliveryTags tags, string connector, TimeProvider time)
{
    private const string EndedReason = "No answer came before the delivery ended; whether this update arrived is not known.";

    /// <param name="stopping">Nothing new goes out after it.</param>
    /// <param name="abort">Ends the requests in flight.</param>
    /// <exception cref="ConnectorException">The delivery must stop.</exception>
    /// <exception cref="OperationCanceledException">Stopped; what is not settled stays so.</exception>
    public Task SendAsync(Batch batch, CancellationToken stopping, CancellationToken abort) =>
        SendAsync(batch, new PayloadRange(0, batch.Count), isRetry: false, stopping, abort);

    /// <summary>Settles as unknown what may have reached the destination, where nobody will send it again in this run.</summary>
    public void GiveUp(Batch batch)
    {
        if (batch.MayHaveArrived is { } payloads)
        {
            log.SettleUnknown(batch, payloads, EndedReason);
            DeliveryInstruments.Users(tags, "unknown", payloads.Count);
        }
    }

    private async Task SendAsync(Batch batch, PayloadRange payloads, bool isRetry, CancellationToken stopping, CancellationToken abort)
    {
        var body = new ByteWriter(batch.Payloads.Length + session.Overhead(payloads.Count));
        session.Assemble(batch.Payloads.Written, batch.Slices(payloads), body);
        var response = await SendAsync(batch, payloads, body.WrittenMemory, isRetry, stopping, abort);
        if (response is BatchResponse.Settled)
        {
            // Only now: after any other answer the transport may still be reading it, and the memory is left to the collector.
            body.Dispose();
        }
        else
        {
            await SendAsync(batch, payloads.FirstHalf, isRetry: true, stopping, abort);
            await SendAsync(batch, payloads.SecondHalf, isRetry: true, stopping, abort);
        }
    }

    /// <summary>Sends the body until it is settled, or must be halved.</summary>
    private async Task<BatchResponse> SendAsync(
        Batch batch, PayloadRange payloads, ReadOnlyMemory<byte> body, bool isRetry, CancellationToken stopping, CancellationToken abort)
    {
        var (unclear, failures) = (0, 0);
        while (true)
        {
            var response = await SendOnceAsync(batch, payloads, body, isRetry, stopping, abort);
            isRetry = response is not BatchResponse.RateLimited;
            switch (response)
            {
                case BatchResponse.Settled settled:
                    Settle(batch, payloads, settled.Rejections);
                    return response;
                case BatchResponse.Refused refused when payloads.Count == 1:
                    Settle(batch, payloads, [new(0, refused.Reason)]);
                    return BatchResponse.Settled.Whole;
                case BatchResponse.Refused:
                    batch.MayHaveArrived = null;
                    return response;
                case BatchResponse.Stop stop:
                    batch.MayHaveArrived = null;
                    throw new ConnectorException(FailureTypes.DestinationRefused, stop.Message, transient: false);
                case BatchResponse.KeyRenewed:
                    batch.MayHaveArrived = null;
                    break;
                case BatchResponse.Unclear odd when ++unclear >= DeliveryPolicies.UnclearTries:
                    SettleUnknown(batch, payloads, odd.Reason);
                    return BatchResponse.Settled.Whole;
                case BatchResponse.Unclear:
                    await WaitAsync(Backoff.Of(unclear), stopping);
                    break;
                case BatchResponse.RateLimited:
                    await WaitWhilePatientAsync("the answer was \"too many requests\" every time", TimeSpan.Zero, stopping);
                    break;
                case BatchResponse.NotReached away:
                    await WaitWhilePatientAsync(away.Reason, Backoff.Of(++failures), stopping);
                    break;
                case BatchResponse.Failed failed:
                    await WaitWhilePatientAsync(failed.Reason, Backoff.Of(++failures), stopping);
                    break;
                default:
                    throw new InvalidOperationException($"{response.GetType().Name} is no answer that a delivery knows.");
            }
        }
    }

    private async Task<BatchResponse> SendOnceAsync(
        Batch batch, PayloadRange payloads, ReadOnlyMemory<byte> body, bool isRetry, CancellationToken stopping, CancellationToken abort)
    {
        await log.WaitUntilWrittenAsync(stopping);
        await pacer.WaitAsync(stopping);
        await held.EnsureAsync(stopping);
        stopping.ThrowIfCancellationRequested();
        log.CountRequest(isRetry);
        var before = batch.MayHaveArrived;
        batch.MayHaveArrived = payloads;
        var start = time.GetTimestamp();
        var (response, pause) = await session.SendAsync(batch, payloads, body, abort);
        var latency = time.GetElapsedTime(start);
        inFlight.Observe(latency);
        DeliveryInstruments.Request(tags, NameOf(response), latency);
        if (response is BatchResponse.NotReached or BatchResponse.RateLimited)
        {
            batch.MayHaveArrived = before;
        }

        if (response is BatchResponse.RateLimited)
        {
            log.CountRateLimited();
            pause ??= DeliveryPolicies.UnsaidPause;
        }

        if (pause is { } length && length > TimeSpan.Zero)
        {
            length = length < DeliveryPolicies.LongestPause ? length : DeliveryPolicies.LongestPause;
            pacer.Pause(length);
            patience.Paused(length);
        }

        return response;
    }

    private async Task WaitWhilePatientAsync(string reason, TimeSpan wait, CancellationToken stopping)
    {
        patience.Failed();
        var left = patience.Left;
        if (left <= TimeSpan.Zero)
        {
            throw new DestinationAwayException(string.Create(
                CultureInfo.InvariantCulture,
                $"Connector \"{connector}\": no request succeeded for {patience.Length.TotalMinutes:0.#} minutes (deliveryPatience); last: {reason}. What was accepted is recorded. Run again when the destination is back."), reason);
        }

        await WaitAsync(wait < left ? wait : left, stopping);
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, stopping);
        }
    }

    private void Settle(Batch batch, PayloadRange payloads, IReadOnlyList<PayloadRejection> rejections)
    {
        batch.MayHaveArrived = null;
        patience.Succeeded();
        log.Settle(batch, payloads, rejections);
        DeliveryInstruments.Users(tags, "accepted", payloads.Count - rejections.Count);
        DeliveryInstruments.Users(tags, "rejected", rejections.Count);
        guard.CountRejected(rejections.Count);
    }

    private void SettleUnknown(Batch batch, PayloadRange payloads, string reason)
    {
        batch.MayHaveArrived = null;
        log.SettleUnknown(batch, payloads, reason);
        DeliveryInstruments.Users(tags, "unknown", payloads.Count);
    }

    private static string NameOf(BatchResponse response) => response switch
    {
        BatchResponse.Settled => "settled",
        BatchResponse.RateLimited => "rateLimited",
        BatchResponse.Failed or BatchResponse.NotReached => "failed",
        BatchResponse.Unclear => "unclear",
        _ => "refused",
    };
}
