using Spectre.Console;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Small drawings of numbers.</summary>
internal static class Bars
{
    private const string Eighths = "▏▎▍▌▋▊▉█";
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <summary>A bar as long as the number's share of the largest; what is there at all can be seen.</summary>
    public static Text Of(long number, long largest, int width, Color color)
    {
        var eighths = largest <= 0 ? 0 : (int)Math.Round((double)number / largest * width * 8);
        eighths = number > 0 ? Math.Max(1, eighths) : 0;
        var (full, rest) = (eighths / 8, eighths % 8);
        return new Text(new string('█', full) + (rest == 0 ? "" : Eighths[rest - 1]), new Style(color)) { Overflow = Overflow.Crop };
    }

    /// <summary>One column a number, the largest at full height; zero is the lowest.</summary>
    public static string Sparkline(IReadOnlyList<double> numbers)
    {
        var largest = numbers.Count == 0 ? 0 : numbers.Max();
        return string.Concat(numbers.Select(n => Heights[largest <= 0 ? 0 : (int)Math.Round(n / largest * (Heights.Length - 1))]));
    }
}
