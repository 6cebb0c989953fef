using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Tests.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Sqs;

/// <summary>The published policy allows what the code asks of a queue, and nothing else.</summary>
public sealed partial class QueuePolicyTests
{
    [Fact]
    public void Policy_Actions_AreThoseOfTheCode()
    {
        // Every request names the permission that it needs, for the sentence that is said where it is denied.
        var code = Directory.EnumerateFiles(Repository.PathOf("activities", "Sqs"), "*.cs")
            .SelectMany(file => Permission().Matches(File.ReadAllText(file))).Select(match => match.Value);
        var policy = JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "iam", "queue-policy.json")))!["Statement"]!.AsArray()
            .SelectMany(statement => statement!["Action"] is JsonArray list ? list.Select(action => (string)action!) : [(string)statement["Action"]!]);

        Assert.Equal(code.Distinct().Order(StringComparer.Ordinal), policy.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("sqs:[A-Z][A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Permission();
}
