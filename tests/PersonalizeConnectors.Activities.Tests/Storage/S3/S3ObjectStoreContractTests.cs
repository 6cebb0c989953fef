using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

public sealed class S3ObjectStoreContractTests(AwsFixture aws) : ObjectStoreContractTests
{
    private S3Connection? _connection;

    protected override async Task<IObjectStore> CreateStoreAsync()
    {
        _connection = new S3Connection(await aws.CreateBucketAsync(), new() { Endpoint = await aws.EndpointAsync(), Region = AwsFixture.Region });
        return new S3ObjectStore(_connection, new(_connection.Bucket, ""), TimeProvider.System);
    }

    protected override Task DestroyStoreAsync()
    {
        _connection?.Dispose();
        return Task.CompletedTask;
    }
}
