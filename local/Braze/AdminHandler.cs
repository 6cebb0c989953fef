using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>The paths under <c>/simulator/</c>, for tests and demos in other processes. They need no key.</summary>
internal sealed class AdminHandler(SimulatorState state)
{
    private const string Profiles = "profiles";

    public Task HandleAsync(HttpContext http, string path)
    {
        var method = http.Request.Method;
        return (method, path) switch
        {
            ("GET", "statistics") => SendAsync(http, 200, JsonSerializer.SerializeToUtf8Bytes(state.Snapshot(), SettingsJson.Options)),
            ("GET", "settings") => SendAsync(http, 200, JsonSerializer.SerializeToUtf8Bytes(state.Plan.Settings, SettingsJson.Options)),
            ("PUT", "settings") => ChangeSettingsAsync(http),
            ("POST", "reset") => ResetAsync(http),
            ("GET", Profiles) => ListAsync(http),
            ("GET", _) when path.StartsWith(Profiles + "/", StringComparison.Ordinal) => FindAsync(http, path[(Profiles.Length + 1)..]),
            _ => Answers.SendAsync(http, 404, "GET statistics, settings, profiles?kind=&after=&limit=, profiles/{id}; PUT settings; POST reset"),
        };
    }

    private static Task SendAsync(HttpContext http, int status, byte[] body) => Answers.SendAsync(http, status, body);

    private static IdentifierKind? Kind(HttpContext http) =>
        http.Request.Query["kind"].ToString() is not { Length: > 0 } text ? IdentifierKind.ExternalId
        : Enum.TryParse<IdentifierKind>(text, ignoreCase: true, out var kind) ? kind
        : null;

    private async Task ChangeSettingsAsync(HttpContext http)
    {
        try
        {
            var change = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject
                ?? throw new JsonException("an object is required");
            state.Use(SettingsJson.Change(state.Plan.Settings, change));
            await SendAsync(http, 200, JsonSerializer.SerializeToUtf8Bytes(state.Plan.Settings, SettingsJson.Options));
        }
        catch (JsonException e)
        {
            await Answers.SendAsync(http, 400, e.Message);
        }
    }

    private Task ResetAsync(HttpContext http)
    {
        state.Reset();
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    // The path is decoded by the server but for %2F, which the query form takes.
    private Task FindAsync(HttpContext http, string key)
    {
        if (Kind(http) is not { } kind)
        {
            return Answers.SendAsync(http, 400, "kind is not one of " + string.Join(", ", Enum.GetNames<IdentifierKind>()));
        }

        var id = key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return state.Profiles.Find(new(kind, id)) is { } profile
            ? SendAsync(http, 200, ProfileJson.Line(profile.Copy()))
            : Answers.SendAsync(http, 404, "no such profile");
    }

    private async Task ListAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var limit = 1000;
        if (Kind(http) is not { } kind
            || (query.ContainsKey("limit") && !int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out limit)))
        {
            await Answers.SendAsync(http, 400, "kind or limit is not valid");
            return;
        }

        http.Response.ContentType = "application/jsonl";
        var after = query.ContainsKey("after") ? query["after"].ToString() : null;
        foreach (var profile in state.Profiles.After(kind, after).Take(limit))
        {
            await http.Response.Body.WriteAsync(ProfileJson.Line(profile.Copy()), http.RequestAborted);
        }
    }
}
