using System.Collections.Concurrent;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Kills;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Aws;

/// <summary>A job in one account and region, its batch output in another's: each bucket has its own region and role.</summary>
public sealed class RegionsAndRolesTests(AwsFixture aws)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_JobAndBatchOutputOfTwoAccounts_IsSignedForEachWithItsOwnRole()
    {
        using var local = TestRoot.Create(40);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        var source = await BucketRoot.CreateAsync(aws, Path.Combine(local.Path, "batch"));
        await root.PutAsync(
            "etl_jobs/user_personalization/picks/config.json",
            $$"""{ "batchInferencePath": "{{source.Address}}/picks/", "connectors": { "braze": { "attributeShape": "itemIds" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        await using var proxy = await FaultyProxy.StartAsync(await aws.EndpointAsync());
        var signers = new ConcurrentDictionary<string, ConcurrentDictionary<RequestSigner, bool>>();
        proxy.OnRequest = (request, _) =>
        {
            if (request is { IsS3: true, Signer: { } signer })
            {
                signers.GetOrAdd(request.Path.Split('/')[1], _ => new())[signer] = true;
            }

            return Task.FromResult<ProxiedAnswer?>(null);
        };
        await using var temporal = await DurableTemporal.StartAsync();
        var environment = root.Environment(temporal.Address, proxy.Address);
        environment[$"Storage__S3__{root.Bucket}__Region"] = "eu-west-1";
        environment[$"Storage__S3__{root.Bucket}__RoleArn"] = "arn:aws:iam::111122223333:role/jobs";
        environment[$"Storage__S3__{source.Bucket}__Region"] = "us-west-2";
        environment[$"Storage__S3__{source.Bucket}__RoleArn"] = "arn:aws:iam::444455556666:role/recommendations";
        environment[$"Storage__S3__{source.Bucket}__ExternalId"] = "shop";
        await using var worker = ProgramProcess.StartWorker(environment);
        var jobPath = $"{root.Address}/etl_jobs/user_personalization/picks";

        var run = await JobHost.EndAsync(jobPath, await WorkerKill.StartAsync(await temporal.ConnectAsync(), jobPath), root.Locator());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {worker.Error}");
        Assert.Equal(40, braze.Profiles.Count);
        var ours = Assert.Single(signers[root.Bucket]).Key;
        var theirs = Assert.Single(signers[source.Bucket]).Key;
        Assert.Equal(("eu-west-1", "us-west-2"), (ours.Region, theirs.Region));
        Assert.Distinct([ours.AccessKey, theirs.AccessKey, "test"]);
    }
}
