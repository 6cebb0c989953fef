using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Answers, as a fault bends them.</summary>
internal static class FaultAnswers
{
    private const int SlowPieces = 5;

    public static bool PreventApplying(BrazeFault? fault) => fault?.Kind switch
    {
        FaultKind.Status or FaultKind.RateLimited or FaultKind.DropBeforeApplying or FaultKind.MessageNotSuccess => true,
        FaultKind.Html => fault.Status is not (>= 200 and < 300),
        _ => false,
    };

    /// <summary>Sends what the fault makes of the answer.</summary>
    /// <param name="answer">Body of the 201; null where nothing was applied.</param>
    public static async Task SendAsync(HttpContext http, BrazeFault? fault, byte[]? answer, SimulatorState state)
    {
        if (fault?.Kind is FaultKind.DropBeforeApplying or FaultKind.DropAfterApplying)
        {
            state.Statistics.OnAnswer(0);
            http.Abort();
            return;
        }

        var status = Status(fault);
        var body = fault?.Body is { } given ? System.Text.Encoding.UTF8.GetBytes(given) : Body(fault?.Kind, status, answer);
        state.Statistics.OnAnswer(fault?.Kind == FaultKind.TruncatedBody ? 0 : status);
        switch (fault?.Kind)
        {
            case FaultKind.TruncatedBody:
                await SendHalfAsync(http, status, body);
                break;
            case FaultKind.SlowBody:
                await SendSlowlyAsync(http, status, body, TimeSpan.FromMilliseconds(fault.Milliseconds / SlowPieces), state);
                break;
            default:
                await Answers.SendAsync(http, status, body, fault?.Kind == FaultKind.Html ? "text/html" : "application/json");
                break;
        }
    }

    private static int Status(BrazeFault? fault) => fault?.Kind switch
    {
        FaultKind.Status => fault.Status ?? 500,
        FaultKind.Html => fault.Status ?? 502,
        FaultKind.Queued => 202,
        _ => 201,
    };

    private static byte[] Body(FaultKind? kind, int status, byte[]? answer) => kind switch
    {
        FaultKind.Status => Answers.Default(status),
        FaultKind.Html => Answers.Page(status),
        FaultKind.Queued => Answers.Message("queued"),
        FaultKind.MessageNotSuccess => Answers.Message("something went wrong"),
        _ => answer ?? Answers.Message("success"),
    };

    private static async Task SendHalfAsync(HttpContext http, int status, byte[] body)
    {
        Begin(http, status, body.Length);
        await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private static async Task SendSlowlyAsync(HttpContext http, int status, byte[] body, TimeSpan pause, SimulatorState state)
    {
        Begin(http, status, body.Length);
        for (var piece = 0; piece < SlowPieces; piece++)
        {
            var (start, end) = (body.Length * piece / SlowPieces, body.Length * (piece + 1) / SlowPieces);
            await http.Response.Body.WriteAsync(body.AsMemory(start, end - start));
            await http.Response.Body.FlushAsync();
            await Task.Delay(pause, state.Clock, state.Stopping);
        }
    }

    private static void Begin(HttpContext http, int status, int length)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = length;
    }
}
