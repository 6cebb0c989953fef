using System.Globalization;
using System.Text;

namespace PersonalizeConnectors.Activities.Tests.Records;

/// <summary>Lines as Personalize writes them, as it might, and as it never would.</summary>
internal sealed class RandomBatchLine(Random random)
{
    private static readonly string[] Ids =
    [
        "106", "u-1", "b3f1c9de-7a60-4c1e-9a3c-5a0e3c1f5b11", "a\\\"b", "a\\\\b", "a,b", "a]b", "a}b", "Zo\u00EB", "\\u00e9", "\\ud83d\\ude00", "\U0001F600",
        "\\ud83d", "", " ", "x\\/y", new string('i', 256), new string('i', 257), new string('\u00E9', 256), new string('\u00E9', 257), new string('\u20AC', 256),
        "\\t", "userId", "null",
    ];

    private static readonly string[] Numbers =
    [
        "0.0131", "7.17E-5", "1", "0", "-0.5", "1e10", "0.1234567", "1E+2", "01", "1.", ".5", "-", "1e", "+1", "NaN", "\"0.5\"", "null", "true", "[1]",
        "0." + new string('1', 253), "0." + new string('1', 254),
    ];

    private static readonly string[] Odd = ["null", "\"\"", "\"text\"", "1", "true", "[]", "[1,2]", "{}", "{\"a\":{\"b\":[null]}}", "\"\\ud800\"", "tru", "1 2"];

    private bool _spaces;

    public byte[] Next()
    {
        _spaces = random.Next(6) == 0;
        var line = random.Next(3) > 0 ? Plain() : Any();
        var bytes = Encoding.UTF8.GetBytes(line);
        for (var changes = random.Next(5) == 0 ? random.Next(1, 3) : 0; changes > 0 && bytes.Length > 1; changes--)
        {
            bytes = Change(bytes);
        }

        return bytes;
    }

    private string Plain()
    {
        var input = $"\"{Key()}\":{Text(common: true)}" + (random.Next(4) == 0 ? $",\"itemList\":{List(() => Text(common: true))}" : "");
        var output = $"\"recommendedItems\":{List(() => Text(common: true))}" + (random.Next(3) > 0 ? $",\"scores\":{List(() => Number(common: true))}" : "");
        return $"{{\"input\":{{{input}}},\"output\":{{{output}}}{(random.Next(2) == 0 ? ",\"error\":null" : "")}}}";
    }

    private string Any() => Object(
        ("input", () => random.Next(8) == 0 ? OddValue() : Object((Key(), IdValue), (Key(), IdValue), ("filterValues", OddValue))),
        ("output", () => random.Next(6) == 0 ? OddValue() : Object(
            ("recommendedItems", () => random.Next(8) == 0 ? OddValue() : List(IdValue)),
            ("scores", () => random.Next(6) == 0 ? OddValue() : List(() => Number(common: false))),
            ("theme", OddValue),
            ("reasons", OddValue))),
        ("error", () => random.Next(3) > 0 ? "null" : OddValue()),
        ("in\\u0070ut", OddValue),
        ("extra", OddValue));

    private string Key() => random.Next(5) == 0 ? "itemId" : "userId";

    private string IdValue() => random.Next(6) == 0 ? OddValue() : random.Next(8) == 0 ? Number(common: true) : Text(common: false);

    private string Text(bool common) => $"\"{(common && random.Next(40) > 0 ? Ids[random.Next(3)] : Ids[random.Next(Ids.Length)])}\"";

    private string Number(bool common) => common && random.Next(60) > 0
        ? random.NextDouble().ToString(random.Next(2) == 0 ? "0.0######" : "0.###E-0", CultureInfo.InvariantCulture)
        : Numbers[random.Next(Numbers.Length)];

    private string OddValue() => Odd[random.Next(Odd.Length - (random.Next(4) == 0 ? 0 : 3))];

    private string List(Func<string> element) =>
        $"[{Space()}{string.Join(Space() + "," + Space(), Enumerable.Range(0, random.Next(5)).Select(_ => element()))}{Space()}]";

    private string Object(params (string Name, Func<string> Value)[] members)
    {
        var chosen = members.Where(_ => random.Next(4) > 0).ToList();
        if (random.Next(3) == 0)
        {
            chosen = [.. chosen.OrderBy(_ => random.Next())];
        }

        if (random.Next(10) == 0)
        {
            chosen.Add(members[random.Next(members.Length)]);
        }

        return $"{{{Space()}{string.Join(Space() + ",", chosen.Select(m => $"{Space()}\"{m.Name}\"{Space()}:{Space()}{m.Value()}"))}{Space()}}}";
    }

    private string Space() => _spaces && random.Next(3) == 0 ? " " : "";

    private byte[] Change(byte[] line)
    {
        var at = random.Next(line.Length);
        ReadOnlySpan<byte> marks = "{}[]\",:\\0. \tx\u00ff"u8;
        return random.Next(3) switch
        {
            0 => [.. line[..at], .. line[(at + 1)..]],
            1 => [.. line[..at], marks[random.Next(marks.Length)], .. line[at..]],
            _ => [.. line[..at], marks[random.Next(marks.Length)], .. line[(at + 1)..]],
        };
    }
}
