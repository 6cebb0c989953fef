using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.S3;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

/// <summary>
/// Conditional puts of many writers while answers get lost behind puts that succeeded, so that the SDK sends them again: one winner, who knows it.
/// </summary>
public sealed class S3RaceTests(AwsFixture aws) : IAsyncLifetime
{
    private const int Writers = 8;

    private readonly ConcurrentDictionary<string, int> _stored = new(StringComparer.Ordinal);
    private FaultyProxy _proxy = null!;
    private S3Connection _connection = null!;
    private S3ObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await FaultyProxy.StartAsync(await aws.EndpointAsync());
        _connection = new S3Connection(await aws.CreateBucketAsync(), new() { Endpoint = _proxy.Address, Region = AwsFixture.Region });
        _store = new S3ObjectStore(_connection, new(_connection.Bucket, ""), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Commit_IfAbsentByManyAndTheWinnersAnswerIsLost_ExactlyOneWins()
    {
        const int Rounds = 6;
        _proxy.LosesAnswer = (request, status) => IsStored(request, status) == 1;
        await Task.WhenAll(Enumerable.Range(0, Rounds).Select(async round =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"race/{round}");
            var won = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => TryPutAsync(key, $"{i}", PutCondition.IfAbsent)));

            var winner = Assert.Single(Enumerable.Range(0, Writers), i => won[i]);
            Assert.Equal($"{winner}", await ReadAsync(key));
            Assert.Equal(1, _stored[$"/{_connection.Bucket}/{key}"]);
        }));
    }

    [Fact]
    public async Task Commit_IfUnchangedByManyAndAnswersAreLost_LosesNoUpdate()
    {
        const int Times = 4;
        await TryPutAsync("number", "0", PutCondition.None);
        _proxy.LosesAnswer = (request, status) => IsStored(request, status) % 3 == 1;
        await Task.WhenAll(Enumerable.Range(0, Writers / 2).Select(async _ =>
        {
            for (var done = 0; done < Times;)
            {
                var entry = await _store.FindAsync("number", Token);
                var number = int.Parse((await ReadAsync("number")).Split(' ')[0], CultureInfo.InvariantCulture);

                // With a word of its own: equal contents have equal ETags.
                done += await TryPutAsync("number", $"{number + 1} {Guid.NewGuid():N}", PutCondition.IfUnchanged(entry!.ETag)) ? 1 : 0;
            }
        }));

        // Each put that was stored built on the one before. Whose answer was lost and whose object was replaced by then cannot know that it won.
        var stored = _stored[$"/{_connection.Bucket}/number"];
        Assert.StartsWith($"{stored} ", await ReadAsync("number"), StringComparison.Ordinal);
        Assert.InRange(stored, Writers / 2 * Times, Writers / 2 * Times * 2);
    }

    // How often the key was stored by now, where this answer says that it was.
    private int IsStored(ProxiedRequest request, int status) =>
        request.Method == "PUT" && request.IsConditional && status == 200 ? _stored.AddOrUpdate(request.Path, 1, (_, before) => before + 1) : 0;

    private async Task<bool> TryPutAsync(string key, string content, PutCondition condition)
    {
        try
        {
            await _store.PutAsync(key, Encoding.UTF8.GetBytes(content), condition, Token);
            return true;
        }
        catch (PutConflictException)
        {
            return false;
        }
    }

    private async Task<string> ReadAsync(string key) => Encoding.UTF8.GetString(await _store.ReadAllAsync(key, 100, Token));
}
