using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary>The compose file and the README's line for it, run to the end of the sample.</summary>
public sealed partial class ComposeRunTests(AwsFixture aws)
{
    [Fact]
    public async Task Compose_UpAndTheLineOfTheReadme_RunsTheSample()
    {
        await using var stack = await ComposeStack.StartAsync(aws);
        var line = WorkflowStart().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken)).Value;

        var (exitCode, output) = await stack.TypeAsync(line.Replace("\\\n", " ", StringComparison.Ordinal));
        Assert.True(exitCode == 0, output);
        var client = await stack.ConnectAsync();
        var result = await client.GetWorkflowHandle("by-hand").GetResultAsync<ConnectorJobResult>().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(RunStatus.Completed, result.Status);
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri(stack.Braze, "simulator/profiles/lf-amy-10000"), TestContext.Current.CancellationToken);

        // Its own parts, and batch output, are heard of.
        using var s3 = await aws.S3Async();
        await s3.PutObjectAsync(new() { BucketName = stack.Bucket, Key = "batch/new/new.out", ContentBody = "{}" }, TestContext.Current.CancellationToken);
        var messages = "";
        await Waiting.ForAsync(
            async () =>
            {
                // Keys are escaped in an event, by some emulators the slashes too.
                messages += Uri.UnescapeDataString((await stack.AwsAsync($"sqs receive-message --max-number-of-messages 10 --queue-url http://aws/000000000000/{stack.Events}")).Output);
                return messages.Contains("batch/new/new.out", StringComparison.Ordinal)
                    && messages.Contains("etl_jobs/related_items/because_you_bought/output/braze/", StringComparison.Ordinal);
            },
            "the bucket's notifications");
        Assert.DoesNotContain("staging/", messages, StringComparison.Ordinal);

        await stack.Worker!.SignalAsync("TERM");
        Assert.Equal(0, await stack.Worker.ExitAsync());
    }

    [GeneratedRegex(@"temporal workflow start (?:.*\\\n)*.*s3://larkfell/.*")]
    private static partial Regex WorkflowStart();
}
