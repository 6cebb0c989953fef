using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Activities.Tests.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>The published policy allows what the code does, where it does it, and nothing else.</summary>
public sealed class WorkerPolicyTests
{
    private const string Prefix = "etl_jobs/related_items/shop/";

    private static readonly JsonArray Statements =
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "iam", "worker-policy.json")))!["Statement"]!.AsArray();

    private static readonly RunKeys Keys = new(Prefix, "20261123T020000Z-0123abcd");

    [Fact]
    public void Policy_Actions_AreThoseOfTheCode()
    {
        var code = new[]
        {
            S3Act.Read("k"), S3Act.Write("k"), S3Act.Delete("k"), S3Act.List("k"), S3Act.ListUploads("k"), S3Act.Abort("k"),
        };

        Assert.Equal(
            code.Select(act => act.Permission).Append("ssm:GetParameters").Append("kms:Decrypt").Order(StringComparer.Ordinal),
            Statements.SelectMany(s => Texts(s!["Action"]!)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Policy_EveryKeyOfARun_MayBeWrittenReadAndDeleted()
    {
        string[] written =
        [
            Keys.Plan, Keys.Chunk(1), Keys.Catalog("braze"), Keys.OutcomeSegment("braze", 1, 2), RunKeys.HolderOf(Prefix), RunKeys.StateManifestOf(Prefix, "braze"),
            Keys.StateShard("braze", 1), Keys.RetractedStateShard("braze", 1), RunKeys.RetractionPartOf(Prefix, "braze", Keys.StartedAt, "1"), Keys.OutputPart("braze", 1), Keys.ErrorPart(1), Keys.RejectedPart("braze", 1, 2, "1"), Keys.Report, Keys.ReportHtml,
        ];

        Assert.All(written, key => Assert.All(["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], action => Assert.True(Allows(action, key))));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("input/user_item_mapping/users.csv")]
    [InlineData("input/item_metadata/items.json")]
    public void Policy_WhatPeopleWrite_MayBeReadAndNotChanged(string name)
    {
        Assert.True(Allows("s3:GetObject", Prefix + name));
        Assert.False(Allows("s3:PutObject", Prefix + name));
        Assert.False(Allows("s3:DeleteObject", Prefix + name));
    }

    private static bool Allows(string action, string key) => Statements.Any(statement =>
        Texts(statement!["Action"]!).Contains(action)
        && Texts(statement["Resource"]!).Any(resource => Regex.IsMatch(
            "arn:aws:s3:::JOB-BUCKET/" + key, @"\A" + Regex.Escape(resource).Replace(@"\*", ".*", StringComparison.Ordinal) + @"\z")));

    private static IEnumerable<string> Texts(JsonNode node) => node is JsonArray list ? list.Select(text => (string)text!) : [(string)node!];
}
