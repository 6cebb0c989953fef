using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Secrets.Ssm;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Sqs;

public sealed class SqsQueueTests(AwsFixture aws)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendReceiveDelete_TenMessages_ComeOnceAndAreGone()
    {
        var (url, _) = await aws.CreateQueueAsync(maxReceives: 3);
        var queue = await FindAsync(new() { Name = "braze", Type = "braze", QueueUrl = url });

        var sent = await queue.SendAsync([.. Enumerable.Range(0, 10).Select(n => new OutgoingMessage($"body {n} ü😀 \\u0001", "00", $"{n}"))], Token);
        var received = await ReceiveAllAsync(queue, 10);
        await queue.HideAsync([received[0].Receipt], TimeSpan.Zero, Token);
        var again = await ReceiveAllAsync(queue, 1);
        var left = await queue.DeleteAsync([.. received.Skip(1).Append(again[0]).Select(m => m.Receipt)], Token);

        Assert.Equal((0, 0, 0), (sent.Failed.Count, sent.Refused.Count, left.Count));
        Assert.Equal(10, received.Select(m => m.Body).Distinct().Count());
        Assert.All(received, m => Assert.InRange(m.SentAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue));
        Assert.Equal((received[0].Id, 2), (again[0].Id, again[0].Receives));
        var facts = await queue.LookAsync(Token);
        Assert.Equal((0, 0, $"{queue.Name}-dlq", 3), (facts.Waiting, facts.InFlight, facts.DeadLetterQueue, facts.MaxReceives));
    }

    [Fact]
    public async Task SendAsync_FifoTwice_ComesOnceInOrder()
    {
        var (url, _) = await aws.CreateQueueAsync(isFifo: true);
        var queue = await FindAsync(new() { Name = "braze", Type = "braze", QueueUrl = url });

        Assert.True(queue.IsFifo);
        await queue.SendAsync([new("first", "07", "a"), new("second", "07", "b")], Token);
        await queue.SendAsync([new("first", "07", "a")], Token);
        var received = await ReceiveAllAsync(queue, 2);

        Assert.Equal(["first", "second"], received.Select(m => m.Body));
        Assert.All(received, m => Assert.False(string.IsNullOrEmpty(m.Sequence)));
        await queue.DeleteAsync([.. received.Select(m => m.Receipt)], Token);
        Assert.Equal(0, (await queue.LookAsync(Token)).Waiting);
    }

    [Fact]
    public async Task FindAsync_ByNameAndByParameter_IsTheSameQueue()
    {
        var (url, _) = await aws.CreateQueueAsync();
        var name = url[(url.LastIndexOf('/') + 1)..];
        var environment = $"test-{Guid.NewGuid():N}";
        using (var ssm = await aws.SsmAsync())
        {
            await ssm.PutParameterAsync(new() { Name = $"/{environment}/personalize-connectors/braze/queue-url", Value = url, Type = "String" }, Token);
        }

        using var secrets = new SsmSecrets(Options.Create(new SsmOptions { Environment = environment, Endpoint = await aws.EndpointAsync(), Region = AwsFixture.Region }));
        var byName = await FindAsync(new() { Name = "braze", Type = "braze", QueueName = name });
        var byParameter = await FindAsync(new() { Name = "braze", Type = "braze" }, secrets);

        Assert.Equal((name, name), (byName.Name, byParameter.Name));
    }

    [Fact]
    public async Task FindAsync_NoneNamed_SaysWhereToNameIt()
    {
        var e = await Assert.ThrowsAsync<ConnectorException>(() => FindAsync(new() { Name = "braze", Type = "braze" }));

        Assert.Equal(FailureTypes.InvalidConfiguration, e.Type);
        Assert.Equal(
            "Connector \"braze\" delivers through a queue and has none. Set \"queue\": {\"name\": \"…\"} or {\"url\": \"…\"} in its config.json, or "
            + "the environment variable Connectors__braze__QueueUrl or the configuration key Connectors:braze:QueueUrl.",
            e.Message);
    }

    [Fact]
    public async Task CheckAsync_NoSuchQueueAndNoRedrivePolicy_AreProblems()
    {
        var (url, _) = await aws.CreateQueueAsync();
        var check = new QueueCheck(await FinderAsync());
        var configuration = new JobConfiguration
        {
            BatchInferencePath = "batch/",
            Connectors =
            [
                new() { Name = "one", Type = "braze", Delivery = DeliveryMode.Queue, QueueName = "none-of-this-name" },
                new() { Name = "two", Type = "braze", Delivery = DeliveryMode.Queue, QueueUrl = url },
                new() { Name = "three", Type = "braze" },
                new() { Name = "four", Type = "braze", Delivery = DeliveryMode.Queue, QueueUrl = url },
            ],
        };

        var problems = await check.CheckAsync(configuration, Token);

        Assert.Equal(["connectors.one.queue", "connectors.two.queue", "connectors.four.queue"], problems.Select(p => p.Path));
        Assert.Equal([Severity.Error, Severity.Warning, Severity.Error], problems.Select(p => p.Severity));
        Assert.Contains("Cannot find the queue none-of-this-name", problems[0].Expected, StringComparison.Ordinal);
        Assert.Contains("without a redrive policy", problems[1].Found, StringComparison.Ordinal);
        Assert.Contains("which connector \"two\" has", problems[2].Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://sqs.eu-west-1.amazonaws.com/123456789012/updates", "SQS in eu-west-1")]
    [InlineData("https://us-gov-west-1.queue.amazonaws.com/123456789012/updates", "SQS in us-gov-west-1")]
    [InlineData("https://queue.example/123456789012/updates", "SQS in us-west-2")]
    public async Task Request_AddressWithARegion_GoesThere(string url, string service)
    {
        var fake = new FakeAws(_ => FakeAws.Json(400, """{"__type":"com.amazonaws.sqs#AccessDenied","message":"no"}"""));
        var options = Options.Create(new SqsOptions { Region = "us-west-2" });
        using var clients = new SqsClients(options, fake);
        var queue = await new QueueFinder(clients, [], options).FindAsync(new() { Name = "braze", Type = "braze", QueueUrl = url }, Token);

        var e = await Assert.ThrowsAsync<ConnectorException>(() => queue.LookAsync(Token));

        Assert.Contains("access is denied. Allow this identity sqs:GetQueueAttributes on arn:aws", e.Message, StringComparison.Ordinal);
        Assert.Contains($":sqs:{service["SQS in ".Length..]}:*:updates", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A busy key and a denied one answer by codes of one family.</summary>
    [Theory]
    [InlineData("KmsThrottled", true)]
    [InlineData("KMS.ThrottlingException", true)]
    [InlineData("RequestThrottled", true)]
    [InlineData("KmsAccessDenied", false)]
    [InlineData("KmsDisabled", false)]
    public void Translate_CodeOfTheQueuesKey_IsTriedAgainOnlyWhereItMayPass(string code, bool isTransient)
    {
        using var client = SqsClient.Create(new(), "eu-west-1", http: null);

        var e = SqsFailures.Translate(new Amazon.SQS.AmazonSQSException(code) { ErrorCode = code }, client, "send to", "sqs:SendMessage", "updates");

        Assert.Equal(isTransient, e.IsTransient);
    }

    private static async Task<List<IncomingMessage>> ReceiveAllAsync(IQueue queue, int count)
    {
        var all = new List<IncomingMessage>();
        while (all.Count < count)
        {
            all.AddRange(await queue.ReceiveAsync(Token));
        }

        return all;
    }

    private async Task<IQueue> FindAsync(ConnectorConfiguration connector, params IQueueUrlSource[] sources) =>
        await (await FinderAsync(sources)).FindAsync(connector, Token);

    private async Task<QueueFinder> FinderAsync(params IQueueUrlSource[] sources)
    {
        var options = Options.Create(new SqsOptions { Endpoint = await aws.EndpointAsync(), Region = AwsFixture.Region, WaitSeconds = 1, VisibilitySeconds = 30 });
        return new(
            new SqsClients(options),
            sources.Length > 0 ? sources : [new ConfigurationSecrets(new Microsoft.Extensions.Configuration.ConfigurationManager())], options);
    }
}
