using System.Text.Json;
using PersonalizeConnectors.Activities.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>What a run could not read, and why; a few of each step, since report.html has the rest.</summary>
internal static class LeftOutView
{
    private const int MostPerStep = 5;
    private static readonly Style Soft = new(Color.Grey);

    /// <summary>Nothing where nothing was left out.</summary>
    public static IEnumerable<IRenderable> Of(ReportDocument report)
    {
        var steps = report.Samples.Where(s => s.Value.Count > 0).ToList();
        if (steps.Count == 0)
        {
            yield break;
        }

        yield return ReportView.Title("Left out or failed");
        foreach (var (step, samples) in steps)
        {
            foreach (var sample in samples.Take(MostPerStep))
            {
                yield return new Padder(new Paragraph().Append(Words.Clean(step) + "  ", Soft).Append(Words.Clean(Sentence(sample))), new Padding(2, 0, 0, 0));
            }

            if (samples.Count > MostPerStep)
            {
                yield return new Text($"  {Words.Clean(step)}  and {Words.Number(samples.Count - MostPerStep)} more in report.html", Soft);
            }
        }
    }

    // Error groups have a message and a count, unreadable lines a reason and a place; what is neither is shown as it is.
    private static string Sentence(JsonElement sample)
    {
        if (sample.ValueKind != JsonValueKind.Object || (Text(sample, "message") ?? Text(sample, "reason")) is not { } what)
        {
            return sample.GetRawText();
        }

        var count = sample.TryGetProperty("count", out var times) ? $"{times.GetRawText()} × " : "";
        var file = Text(sample, "file") is { } key ? key[(key.LastIndexOf('/') + 1)..] : "";
        var place = sample.TryGetProperty("line", out var line) ? $"{file}:{line.GetRawText()}"
            : sample.TryGetProperty("offset", out var offset) ? $"{file}, byte {offset.GetRawText()}"
            : file;
        return $"{count}{what}{(place.Length == 0 ? "" : $" ({place})")}";
    }

    private static string? Text(JsonElement sample, string name) =>
        sample.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
