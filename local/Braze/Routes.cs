using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Which part answers a request.</summary>
internal sealed class Routes(SimulatorState state)
{
    private readonly TrackHandler _track = new(state);
    private readonly AdminHandler _admin = new(state);

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (OperationCanceledException) when (state.Stopping.IsCancellationRequested || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private Task DispatchAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.StartsWith("/simulator/", StringComparison.Ordinal))
        {
            return _admin.HandleAsync(http, path["/simulator/".Length..]);
        }

        var isPost = HttpMethods.IsPost(http.Request.Method);
        return path switch
        {
            "/users/track" when isPost => _track.HandleAsync(http),
            "/users/track/" when isPost => Answers.SendAsync(http, state.Plan.Settings.TrailingSlashStatus, Answers.Default(state.Plan.Settings.TrailingSlashStatus)),
            _ => Answers.SendAsync(http, 404, Answers.Default(404)),
        };
    }
}
