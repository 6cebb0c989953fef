using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Bodies of answers that are not about single objects.</summary>
internal static class Answers
{
    public const string SyntaxError = "Error while parsing request body. Please check your syntax.";
    public const string TooManyObjects = "max input length exceeded";
    public const string TooLarge = "request body too large";
    public const string RateLimited = "Rate limited";

    // A real 401 echoes the whole key it was given; a client that logs bodies leaks it.
    public static string InvalidKey(string key) => $"Invalid API key: {key}";

    public static byte[] Message(string message) => JsonSerializer.SerializeToUtf8Bytes(new { message });

    public static byte[] Page(int status) =>
        System.Text.Encoding.UTF8.GetBytes($"<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{status} from a proxy</h1></body></html>\n");

    public static byte[] Default(int status) => Message(status switch
    {
        400 => "Bad Request",
        401 => InvalidKey(""),
        403 => "Access Denied",
        404 => "Not Found",
        413 => TooLarge,
        415 => "Unsupported Media Type",
        429 => RateLimited,
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        >= 500 => "Internal Server Error",
        _ => "success",
    });

    public static Task SendAsync(HttpContext http, int status, string message) => SendAsync(http, status, Message(message));

    public static Task SendAsync(HttpContext http, int status, byte[] body, string contentType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body).AsTask();
    }
}
