using CsCheck;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public sealed class PayloadTextTests
{
    // Whole characters of every kind that JSON writes differently; a lone surrogate stands among them.
    private static readonly string[] Kinds =
        ["a", " ", "\"", "\\", "\n", "\u0001", "\u007f", "\u0085", "é", "語", "\u2028", "\u200f", "\u3000", "\ue000", "\ufffd", "\uffff", "😀", "\ud800", "+", "<", "'"];

    private static readonly Gen<string> Texts = Gen.Int[0, Kinds.Length - 1].Select(i => Kinds[i]).Array[0, 120].Select(string.Concat);

    [Fact]
    public void Shorten_AnyText_FitsAndKeepsTheBeginning() => Gen.Select(Texts, Gen.Int[20, 300]).Sample((text, bytes) =>
    {
        var shortened = PayloadText.Shorten(text, bytes)!;

        // Two of the bytes are the quotes around it.
        Assert.InRange(ConnectorDataConverter.Instance.PayloadConverter.ToPayload(shortened).Data.Length - 2, 0, bytes);
        Assert.True(shortened == text || text.StartsWith(shortened[..^1], StringComparison.Ordinal));
    });

    [Fact]
    public void Shorten_TextThatFits_IsKept() => Assert.Equal("exactly", PayloadText.Shorten("exactly", 7));

    [Fact]
    public void Shorten_OneByteTooMany_IsCut() => Assert.Equal("exac…", PayloadText.Shorten("exactly.", 7));

    [Fact]
    public void Shorten_Null_StaysNull() => Assert.Null(PayloadText.Shorten(null, 7));
}
