using System.Globalization;
using System.Net;
using System.Text;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>Builds a page: every text that goes in is escaped, every number written for people.</summary>
internal sealed class PageWriter
{
    private readonly StringBuilder _page = new();

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Fixed(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static string Duration(double seconds) => seconds switch
    {
        >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 3600} h {(long)seconds % 3600 / 60} min"),
        >= 60 => string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 60} min {(long)seconds % 60} s"),
        _ => Fixed(seconds, 1) + " s",
    };

    /// <summary>Nothing for nothing: a step without bytes is not one of a few.</summary>
    public static string Megabytes(double bytes) => bytes switch
    {
        <= 0 => "",
        < 50_000 => "< 0.1",
        _ => Fixed(bytes / 1e6, 1),
    };

    /// <summary>Appends markup as it is.</summary>
    public PageWriter Raw(string markup)
    {
        _page.Append(markup);
        return this;
    }

    /// <summary>Appends an element that holds a text.</summary>
    public PageWriter Element(string name, string text, string? cssClass = null) =>
        Raw(cssClass is null ? $"<{name}>" : $"<{name} class=\"{cssClass}\">").Raw(Escape(text)).Raw($"</{name}>\n");

    /// <summary>Appends a table. Cells that are numbers stand at the right.</summary>
    /// <param name="numbers">Whether each column holds numbers.</param>
    public PageWriter Table(IReadOnlyList<string> heads, IReadOnlyList<bool> numbers, IEnumerable<IReadOnlyList<string>> rows)
    {
        Raw("<div class=\"wide\"><table>\n<tr>");
        for (var i = 0; i < heads.Count; i++)
        {
            Raw(numbers[i] ? "<th class=\"n\">" : "<th>").Raw(Escape(heads[i])).Raw("</th>");
        }

        Raw("</tr>\n");
        foreach (var row in rows)
        {
            Raw("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                Raw(numbers[i] ? "<td class=\"n\">" : "<td>").Raw(Escape(row[i])).Raw("</td>");
            }

            Raw("</tr>\n");
        }

        return Raw("</table></div>\n");
    }

    /// <summary>Appends a bar as long as the value's share of the largest.</summary>
    public PageWriter Bar(string label, long value, long largest, string cssClass)
    {
        var share = largest <= 0 ? 0 : Math.Clamp(100.0 * value / largest, 0, 100);
        return Raw("<div class=\"row\"><span class=\"label\">").Raw(Escape(label)).Raw("</span><span class=\"track\"><span class=\"bar ")
            .Raw(cssClass).Raw("\" style=\"width:").Raw(Fixed(share, 2)).Raw("%\"></span></span><span class=\"value\">").Raw(Number(value)).Raw("</span></div>\n");
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_page.ToString());
}
