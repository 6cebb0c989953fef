using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

/// <summary>Mutated lines of metadata against a slow reader made of JsonDocument: never a crash, and the same verdict, id and values.</summary>
public sealed class MetadataLineFuzzTests
{
    private const int Lines = 30_000;

    private static readonly string[] Seeds =
    [
        """{"id":"a-1","name":"Tent \"Ridge\"","price":90.990,"tags":["x",null,{"y":1.0E-5}],"size":{"w":[1,2],"n":null}}""",
        """{"name":"é\ud83d\ude00","id":12345678901234567890,"on":true,"off":false,"none":null,"empty":""}""",
        """ { "id" : "spaced" , "v" : -0.0 } """,
        """{"id":"a","id":"b","v":1,"v":2}""",
    ];

    private static readonly string[] Pieces = ["\"", "\\", "{", "}", "[", "]", ",", ":", "null", "\"id\"", "\\u0041", "\\ud800", "1e9", "\u00e9", "\0", " ", "0", "-"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_MutatedLines_AgreesWithASlowReader(int seed)
    {
        var random = new Random(seed);
        using var line = new MetadataLine();
        for (var i = 0; i < Lines; i++)
        {
            var text = Mutate(random);
            var bytes = Encoding.UTF8.GetBytes(text);
            if (random.Next(20) == 0 && bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var problem = line.Read(bytes);

            var expected = Slow(bytes);
            Assert.True((problem is null) == (expected is not null), $"seed {seed}, line {i}: {text}\n{problem ?? "read"}, expected {(expected is null ? "a problem" : expected.Value.Id)}");
            if (expected is { } item)
            {
                Assert.Equal(item.Id, Encoding.UTF8.GetString(line.Id));
                var members = new List<(string, string)>();
                foreach (var member in line.Members)
                {
                    members.Add((Encoding.UTF8.GetString(line.NameOf(member, bytes)), Encoding.UTF8.GetString(bytes, member.Value, member.ValueLength)));
                }

                Assert.Equal(item.Members, members);
            }
        }
    }

    private static string Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    text[at] = Pieces[random.Next(Pieces.Length)][0];
                    break;
            }
        }

        return text.ToString();
    }

    // Null for what is no item. Half a surrogate pair anywhere makes GetString throw, and the line no item.
    private static (string Id, List<(string, string)> Members)? Slow(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            Visit(json.RootElement);
            var members = json.RootElement.EnumerateObject().Select(p => (p.Name, p.Value.GetRawText())).ToList();
            var ids = json.RootElement.EnumerateObject().Where(p => p.Name == "id").Select(p => p.Value).ToList();
            var id = ids.Count == 0 ? null : ids[^1].ValueKind switch
            {
                JsonValueKind.String => ids[^1].GetString(),
                JsonValueKind.Number => ids[^1].GetRawText(),
                _ => null,
            };
            return id is { Length: > 0 and <= 256 } ? (id, members) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static void Visit(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Visit(element);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    Visit(property.Value);
                }

                break;
            default:
                break;
        }
    }
}
