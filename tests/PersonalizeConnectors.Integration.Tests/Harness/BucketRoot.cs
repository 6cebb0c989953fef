using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A root in a new bucket of the emulator, with endpoints and keys in SSM under an environment of the test's own.</summary>
internal sealed class BucketRoot(AwsFixture aws, string endpoint, string bucket)
{
    private readonly string _environment = $"test-{Guid.NewGuid():N}";

    public string Bucket { get; } = bucket;

    public string Address => $"s3://{Bucket}";

    /// <param name="folder">Whose files are copied, with their paths as keys.</param>
    public static async Task<BucketRoot> CreateAsync(AwsFixture aws, string folder)
    {
        var root = new BucketRoot(aws, await aws.EndpointAsync(), await aws.CreateBucketAsync());
        await root.UploadAsync(folder, prefix: "");
        return root;
    }

    public async Task UploadAsync(string folder, string prefix)
    {
        using var s3 = await aws.S3Async();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var key = prefix + Path.GetRelativePath(folder, file).Replace('\\', '/');
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, FilePath = file });
        }
    }

    public async Task<List<string>> KeysAsync(string prefix)
    {
        using var s3 = await aws.S3Async();
        var keys = new List<string>();
        await foreach (var found in s3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix }).S3Objects)
        {
            keys.Add(found.Key);
        }

        return keys;
    }

    public async Task PutAsync(string key, string content)
    {
        using var s3 = await aws.S3Async();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = content });
    }

    public async Task<string> GetAsync(string key)
    {
        using var s3 = await aws.S3Async();
        using var answer = await s3.GetObjectAsync(Bucket, key);
        using var reader = new StreamReader(answer.ResponseStream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets the bucket tell a queue what is put below the prefixes, as docs/events.md sets it up.</summary>
    public async Task NotifyAsync(string queueUrl, params IEnumerable<string> prefixes)
    {
        using var sqs = await aws.SqsAsync();
        using var s3 = await aws.S3Async();
        var arn = (await sqs.GetQueueAttributesAsync(queueUrl, ["QueueArn"])).QueueARN;
        var configurations = prefixes.Select(prefix => new QueueConfiguration
        {
            Queue = arn,
            Events = [EventType.ObjectCreatedAll],
            Filter = new() { S3KeyFilter = new() { FilterRules = [new FilterRule("prefix", prefix)] } },
        });
        await s3.PutBucketNotificationAsync(new PutBucketNotificationRequest { BucketName = Bucket, QueueConfigurations = [.. configurations] });
    }

    /// <summary>Puts both parameters as the sample's users do.</summary>
    public async Task PutSecretsAsync(BrazeSimulator braze, string connector = "braze")
    {
        await PutParameterAsync(connector, "rest-endpoint-url", braze.Address.GetLeftPart(UriPartial.Authority), ParameterType.String);
        await PutParameterAsync(connector, "api-key", braze.ApiKey, ParameterType.SecureString);
    }

    public async Task PutParameterAsync(string connector, string name, string value, ParameterType type)
    {
        using var ssm = await aws.SsmAsync();
        await ssm.PutParameterAsync(new PutParameterRequest { Name = $"/{_environment}/personalize-connectors/{connector}/{name}", Value = value, Type = type, Overwrite = true });
    }

    /// <summary>Finds jobs as a worker does.</summary>
    public IJobLocator Locator() => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build())
        .AddConnectorStorage()
        .BuildServiceProvider()
        .GetRequiredService<IJobLocator>();

    /// <summary>A worker's configuration in this process.</summary>
    /// <param name="proxy">Stands before S3; null: nobody does.</param>
    public Dictionary<string, string?> Settings(string? proxy = null) => new()
    {
        [$"Storage:S3:{Bucket}:Endpoint"] = proxy ?? endpoint,
        ["Storage:Buckets"] = Bucket,
        ["Ssm:Environment"] = _environment,
        ["Ssm:Endpoint"] = endpoint,
        ["Connectors:Braze:AllowLoopback"] = "true",
    };

    /// <summary>The environment of a program.</summary>
    /// <param name="proxy">Stands before AWS; null: nobody does.</param>
    public Dictionary<string, string?> Environment(string? temporalAddress = null, string? proxy = null)
    {
        var environment = ProgramEnvironment.Of(braze: null, temporalAddress);
        environment["AWS_ENDPOINT_URL"] = proxy ?? endpoint;
        environment["AWS_REGION"] = AwsFixture.Region;
        environment["AWS_ACCESS_KEY_ID"] = "test";
        environment["AWS_SECRET_ACCESS_KEY"] = "test";
        environment["Ssm__Environment"] = _environment;
        environment["Connectors__Braze__AllowLoopback"] = "true";
        // What the shell that runs the tests may have set would win over SSM.
        environment["Connectors__Braze__RestEndpointUrl"] = null;
        environment["Connectors__Braze__ApiKey"] = null;
        return environment;
    }
}
