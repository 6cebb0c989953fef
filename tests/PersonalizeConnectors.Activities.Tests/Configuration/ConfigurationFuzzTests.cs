using System.Text;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class ConfigurationFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "null", "true", "1e999", "-", "0.", "//", "/*", "*/", "\n", "\0", "\uFEFF", "[X]",
        "\"braze\"", "\"connectors\"", "\"otherAttributes\"", "\"itemMetadataFields\"", "\"type\"", "{}", "[[[[[[[[", "\U0001F600",
    ];

    [Fact]
    public void Read_MutatedConfigurations_AlwaysGiveAConfigurationOrAProblem()
    {
        var random = new Random(20261123);
        var valid = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(i % 3 == 0 ? Config.Minimal : Config.Sample).ToList();
            for (var edits = random.Next(4); edits >= 0; edits--)
            {
                Mutate(bytes, random);
            }

            valid += Check([.. bytes]) ? 1 : 0;
        }

        Assert.InRange(valid, 500, 15_000);
    }

    [Fact]
    public void Read_RandomBytesAndTokens_AlwaysGiveAProblem()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            Assert.False(Check(bytes));
            Assert.False(Check(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => Pieces[random.Next(Pieces.Length)])))));
        }
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at - (at == 0 ? 1 : 0)));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                break;
            case 3:
                var from = random.Next(bytes.Count);
                bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, 60), bytes.Count - from)));
                break;
            default:
                bytes[at] = (byte)' ';
                break;
        }
    }

    private static bool Check(byte[] bytes)
    {
        var result = ConfigurationReader.Read(bytes, "config.json");
        Assert.NotEqual(result.Configuration is not null, result.Problems.Any(p => p.Severity == Severity.Error));
        Assert.All(result.Problems, p =>
        {
            Assert.NotEmpty(p.Found);
            Assert.NotEmpty(p.Expected);
            Assert.NotNull(ProblemDocument.Serialize([p]));
        });
        return result.IsValid;
    }
}
