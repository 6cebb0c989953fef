using System.Runtime.ExceptionServices;
using PersonalizeConnectors.Activities.Failures;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// Sends batches: one producer renders them, every batch in flight is a task of its own, and a keeper writes the outcome log and heartbeats.
/// Whatever ends it, the requests in flight are brought to an end and the log is written before it returns or throws.
/// </summary>
internal sealed class DeliveryLoop : IDisposable
{
    // Bytes of a batch in flight: its payloads, and the request's body made of them.
    private const int CopiesInFlight = 2;

    private readonly BatchSender _sender;
    private readonly InFlight _inFlight;
    private readonly IOutcomes _log;
    private readonly Pacer _pacer;
    private readonly HeldJob _held;
    private readonly StepContext _context;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenSource _abort;
    private readonly CancellationTokenSource _keeping;
    private ExceptionDispatchInfo? _failure;

    /// <param name="held">Asked with each segment.</param>
    public DeliveryLoop(
        BatchSender sender, InFlight inFlight, IOutcomes log, Pacer pacer, HeldJob held, StepContext context, TimeProvider time)
    {
        (_sender, _inFlight, _log, _pacer, _held, _context, _time) = (sender, inFlight, log, pacer, held, context, time);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, context.Stopping);
        _abort = new(Timeout.InfiniteTimeSpan, time);
        _keeping = new();
    }

    /// <param name="position">How far the delivery is; for heartbeats.</param>
    /// <exception cref="ConnectorException">The delivery had to stop; the log says how far it came.</exception>
    /// <exception cref="OperationCanceledException">Canceled, or the worker leaves.</exception>
    public async Task RunAsync(IBatchSource source, Func<StepPosition> position)
    {
        using var drain = _stopping.Token.UnsafeRegister(static self => ((CancellationTokenSource)self!).CancelAfter(DeliveryPolicies.DrainTime), _abort);
        var keeper = KeepAsync(position);
        await ProduceAsync(source);
        await _inFlight.DrainAsync();
        await _keeping.CancelAsync();
        await keeper;
        await WriteRestAsync();
        _failure?.Throw();
        _context.CancellationToken.ThrowIfCancellationRequested();
        _stopping.Token.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _abort.Dispose();
        _keeping.Dispose();
    }

    private async Task ProduceAsync(IBatchSource source)
    {
        try
        {
            var isFirst = _pacer.IsCold;
            await foreach (var batch in source.ReadAsync(_stopping.Token))
            {
                await DispatchAsync(batch);
                if (isFirst)
                {
                    // One request alone opens the connection and shows whether the key is good, before hundreds wait for either.
                    await _inFlight.DrainAsync();
                    isFirst = false;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Whoever stopped it knows why.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task DispatchAsync(Batch batch)
    {
        var bytes = batch.Size * CopiesInFlight;
        try
        {
            await _inFlight.EnterAsync(bytes, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            batch.Dispose();
            throw;
        }

        _ = SendAsync(batch, bytes);
    }

    // Observes everything itself: the slot is what the loop waits for.
    private async Task SendAsync(Batch batch, long bytes)
    {
        try
        {
            await _sender.SendAsync(batch, _stopping.Token, _abort.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            GiveUpIfLast(batch);
        }
        catch (Exception e)
        {
            Fail(e);
            GiveUpIfLast(batch);
        }
        finally
        {
            batch.Dispose();
            _inFlight.Leave(bytes);
        }
    }

    // Another attempt would send again what is not settled. After the last one, what may have arrived must be known as such.
    private void GiveUpIfLast(Batch batch)
    {
        if (_log.ComesAgain)
        {
            return;
        }

        if (_context.IsRunCanceled || Volatile.Read(ref _failure)?.SourceException is ConnectorException { IsTransient: false })
        {
            _sender.GiveUp(batch);
        }
    }

    private async Task KeepAsync(Func<StepPosition> position)
    {
        try
        {
            while (!_keeping.IsCancellationRequested)
            {
                var due = _log.Due;
                if (!_log.IsDue)
                {
                    await Task.WhenAny(due, Task.Delay(DeliveryPolicies.SegmentAge / 2, _time, _keeping.Token));
                }

                if (_log.IsDue)
                {
                    // Not canceled: what was accepted must be known, and the store's own timeouts bound it.
                    await _log.FlushAsync(CancellationToken.None);
                    await _held.CheckAsync(_keeping.Token);
                }

                if (!_context.CancellationToken.IsCancellationRequested)
                {
                    _context.Report(position());
                }
            }
        }
        catch (OperationCanceledException) when (_context.CancellationToken.IsCancellationRequested || _keeping.IsCancellationRequested)
        {
            // The end or the stop is on its way; the rest of the log is written at the end.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task WriteRestAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(DeliveryPolicies.LastWriteTime, _time);
            await _log.FlushAllAsync(limit.Token);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    // The first failure is the cause; those after it are its effects.
    private void Fail(Exception e)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        _stopping.Cancel();
    }
}
