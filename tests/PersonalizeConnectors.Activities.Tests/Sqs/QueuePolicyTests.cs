using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Tests.Configuration;
using PersonalizeConnectors.Core.Staging;

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

    /// <summary>A watch receives and deletes, and leaves notes of parts; it sends nothing and reads no more of the bucket than a worker does anyway.</summary>
    [Fact]
    public void EventsPolicy_ReceivesAndNotesParts()
    {
        var statements = JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "iam", "events-policy.json")))!["Statement"]!.AsArray();
        var notes = statements.Single(s => (string)s!["Sid"]! == "NoteParts")!;

        Assert.Equal(
            ["s3:DeleteObject", "s3:PutObject", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            statements.SelectMany(s => s!["Action"]!.AsArray().Select(action => (string)action!)).Order(StringComparer.Ordinal));
        var allowed = new Regex(@"\A" + Regex.Escape((string)notes["Resource"]!).Replace(@"\*", ".*", StringComparison.Ordinal) + @"\z");
        Assert.All(
            [RunKeys.PendingPartsOf("etl_jobs/related_items/shop/", "braze"), RunKeys.DonePartsOf("etl_jobs/related_items/shop/", "braze")],
            folder => Assert.Matches(allowed, $"arn:aws:s3:::JOB-BUCKET/{folder}0123"));
        Assert.DoesNotMatch(allowed, "arn:aws:s3:::JOB-BUCKET/etl_jobs/related_items/shop/config.json");
    }

    [GeneratedRegex("sqs:[A-Z][A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Permission();
}
