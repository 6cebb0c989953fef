using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PersonalizeConnectors.Local.Braze;

/// <summary><c>POST /users/track</c>, from the key to the answer.</summary>
internal sealed class TrackHandler(SimulatorState state)
{
    private long _sequence;

    public async Task HandleAsync(HttpContext http)
    {
        state.Statistics.OnRequest();
        var plan = state.Plan;
        if (await RefuseKeyAsync(http, plan.Settings))
        {
            return;
        }

        var decision = state.Rate.Take(plan.Settings.Rate);
        if (!decision.Admitted)
        {
            await AnswerRateLimitedAsync(http, decision, plan.Settings);
            return;
        }

        RateHeaderWriter.Write(http.Response.Headers, decision, plan.Settings.Rate, refused: false);
        if (!IsJson(http.Request))
        {
            await AnswerAsync(http, 415, Answers.Default(415));
            return;
        }

        using var reader = new BodyReader();
        await reader.ReadAsync(http.Request, plan.Settings.Limits.MaxBodyBytes);
        state.Statistics.OnBody(reader.Bytes.Length);
        if (reader.IsTooLarge)
        {
            await AnswerAsync(http, plan.Settings.Limits.OversizeStatus, Answers.Message(Answers.TooLarge));
            return;
        }

        using var body = TrackBody.Parse(reader.Bytes);
        if (body is null || !TryCheck(body, plan.Settings))
        {
            await AnswerAsync(http, 400, Answers.Message(Answers.SyntaxError));
            return;
        }

        if (body.IsTooLong(plan.Settings.Limits))
        {
            await AnswerAsync(http, 400, Answers.Message(Answers.TooManyObjects));
            return;
        }

        await ProcessAsync(http, body, decision, plan);
    }

    // A lone surrogate in an identifier shows only when it is decoded.
    private bool TryCheck(TrackBody body, BrazeSettings settings)
    {
        try
        {
            body.Check(state.Checks, settings);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && request.Headers.ContentEncoding.Count == 0;

    private async Task<bool> RefuseKeyAsync(HttpContext http, BrazeSettings settings)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : header;
        if (given.Length == header.Length || given != settings.ApiKey)
        {
            await AnswerAsync(http, 401, Answers.Message(Answers.InvalidKey(given)));
            return true;
        }

        if (!settings.KeyHasPermission)
        {
            await AnswerAsync(http, 403, Answers.Default(403));
            return true;
        }

        return false;
    }

    private async Task ProcessAsync(HttpContext http, TrackBody body, RateDecision decision, FaultPlan plan)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var fault = state.Hook?.Invoke(new(sequence, body.Bytes, body.ExternalIds(), body.ObjectCount))
            ?? plan.Next(body.ExternalIds, body.ObjectCount);
        if (fault is not null)
        {
            state.Statistics.OnFault();
        }

        byte[]? answer;
        using (state.InFlight.Enter(body, sequence))
        {
            var delay = plan.NextLatency() + TimeSpan.FromMilliseconds(fault?.Kind == FaultKind.Delay ? fault.Milliseconds : 0);
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, state.Clock, state.Stopping);
            }

            answer = FaultAnswers.PreventApplying(fault) ? null : Apply(body, sequence, fault?.Kind, plan.Settings);
        }

        // The user is free before the answer leaves: a client may send the next request as soon as it has this one's first byte.
        if (fault?.Kind == FaultKind.RateLimited)
        {
            await AnswerRateLimitedAsync(http, decision, plan.Settings);
            return;
        }

        if (answer is null && fault is null)
        {
            await AnswerAsync(http, 400, RefuseAll(body, plan.Settings));
            return;
        }

        await FaultAnswers.SendAsync(http, fault, answer, state);
    }

    private byte[]? Apply(TrackBody body, long sequence, FaultKind? fault, BrazeSettings settings)
    {
        var outcome = new TrackOutcome();
        var skipsLast = fault is FaultKind.ErrorWithoutIndex or FaultKind.ErrorAsString or FaultKind.ErrorIndexOutOfRange or FaultKind.CountTooLow;
        for (var i = 0; i < body.Objects.Count; i++)
        {
            var one = body.Objects[i];
            if (one.Error is not null)
            {
                outcome.OnRefused(one);
            }
            else if (!skipsLast || i < body.Objects.Count - 1)
            {
                Apply(one, sequence, settings);
                outcome.OnProcessed(one.Array);
            }
        }

        if (outcome.Processed == 0 && !skipsLast)
        {
            return null;
        }

        state.Statistics.OnObjects(outcome.Processed, outcome.Refused);
        return outcome.Success(body, settings.ErrorTexts, fault);
    }

    private void Apply(in UserObject one, long sequence, BrazeSettings settings)
    {
        if (one.Array == InputArray.Attributes)
        {
            state.Rules.Apply(one, sequence, settings);
        }
    }

    private byte[] RefuseAll(TrackBody body, BrazeSettings settings)
    {
        var outcome = new TrackOutcome();
        foreach (var one in body.Objects)
        {
            outcome.OnRefused(one);
        }

        state.Statistics.OnObjects(0, outcome.Refused);
        return outcome.AllInvalid(settings.ErrorTexts);
    }

    private Task AnswerRateLimitedAsync(HttpContext http, RateDecision decision, BrazeSettings settings)
    {
        state.Statistics.OnRateLimited();
        http.Response.Headers.Clear();
        RateHeaderWriter.Write(http.Response.Headers, decision, settings.Rate, refused: true);
        return AnswerAsync(http, 429, Answers.Default(429));
    }

    private Task AnswerAsync(HttpContext http, int status, byte[] body)
    {
        state.Statistics.OnAnswer(status);
        return Answers.SendAsync(http, status, body);
    }
}
