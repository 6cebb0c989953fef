using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

public sealed class S3ObjectStoreFactoryTests
{
    [Theory]
    [InlineData("s3://shop-1/etl_jobs/related_items/a b/", "s3://shop-1/etl_jobs/related_items/a b")]
    [InlineData("S3://shop.eu/a", "s3://shop.eu/a")]
    [InlineData("s3://shop", "s3://shop")]
    [InlineData("s3://shop//", "s3://shop")]
    public void Canonicalize_Address_HasOneSpelling(string path, string expected) => Assert.Equal(expected, Create().Canonicalize(path));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///etl_jobs")]
    [InlineData("s3://Shop/etl_jobs")]
    [InlineData("s3://my_shop/etl_jobs")]
    [InlineData("s3://ab/etl_jobs")]
    public void Canonicalize_NoBucket_IsRefused(string path)
    {
        var e = Assert.Throws<ConnectorException>(() => Create().Canonicalize(path));

        Assert.Equal("InvalidInput", e.Type);
        Assert.Contains($"\"{path}\" names no bucket", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BucketBesideTheList_IsRefused()
    {
        var factory = Create(new() { ["Storage:Buckets"] = "shop; other" });

        Assert.Equal("s3://shop", factory.Open("s3://shop").Address);
        var e = Assert.Throws<ConnectorException>(() => factory.Open("s3://third"));
        Assert.Equal("LocationRefused", e.Type);
        Assert.Contains("Storage__Buckets holds shop, other", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-shop.eu")]
    [InlineData("my_shop_eu")]
    [InlineData("MY_SHOP_EU")]
    public void S3Of_EitherSpellingOfTheBucket_IsFound(string name)
    {
        var options = Read(new() { [$"Storage:S3:{name}:Region"] = "eu-west-1", [$"Storage:S3:{name}:RoleArn"] = "arn:aws:iam::1:role/r" });

        var found = options.S3Of("my-shop.eu");

        Assert.Equal(("eu-west-1", "arn:aws:iam::1:role/r", null), (found.Region, found.RoleArn, found.Endpoint));
        Assert.Null(options.S3Of("other").Region);
    }

    [Fact]
    public async Task Open_EndpointIsNoAddress_NamesTheSetting()
    {
        var store = Create(new() { ["Storage:S3:shop:Endpoint"] = "localhost:4566" }).Open("s3://shop");

        var e = await Assert.ThrowsAsync<ConnectorException>(() => store.FindAsync("a", TestContext.Current.CancellationToken));

        Assert.Equal("InvalidConfiguration", e.Type);
        Assert.StartsWith("Storage__S3__shop__Endpoint is \"localhost:4566\"", e.Message, StringComparison.Ordinal);
    }

    private static S3ObjectStoreFactory Create(Dictionary<string, string?>? settings = null) =>
        new(Options.Create(Read(settings ?? [])), TimeProvider.System);

    private static StorageOptions Read(Dictionary<string, string?> settings)
    {
        var options = new StorageOptions();
        options.ReadFrom(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return options;
    }
}
