using System.Text;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Updates;

/// <summary>A line of batch output as a test writes it.</summary>
/// <param name="Items">Recommended items; null for an error line.</param>
/// <param name="Scores">JSON numbers; an empty one stands for none. Null: the line has no scores.</param>
internal sealed record TestLine(string Query, string[]? Items, string[]? Scores = null, string? Theme = null)
{
    public static TestLine Error(string query) => new(query, null);

    public void Write(ByteWriter target, IdTable dictionary, long position)
    {
        using var list = new ByteWriter();
        for (var i = 0; i < (Items?.Length ?? 0); i++)
        {
            var score = Scores is { } scores && i < scores.Length ? Encoding.UTF8.GetBytes(scores[i]) : [];
            StagedLine.WriteRecommendation(list, dictionary.GetOrAdd(Encoding.UTF8.GetBytes(Items![i])), score, Scores is not null);
        }

        var theme = Theme is null ? [] : Encoding.UTF8.GetBytes(Theme);
        StagedLine.Write(target, Encoding.UTF8.GetBytes(Query), position, Items is null, theme, Items?.Length ?? 0, Scores is not null, list.Written);
    }
}

/// <summary>An update as a test reads it.</summary>
internal sealed record TestUpdate(
    string User, UpdateOperation Operation, Fingerprint Fingerprint, string[] Items, string[] Scores, string[] QueryItems, string? Theme);
