using System.Globalization;
using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Tests.Storage;

/// <summary>
/// Conditions under contention. AWS keeps them too; the emulator looks at a condition and stores in two steps, so that a race on it would test the emulator.
/// </summary>
public abstract class ObjectStoreRaceTests : ObjectStoreContractTests
{
    [Fact]
    public async Task Commit_IfAbsentByManyTasks_ExactlyOneWins()
    {
        const int Rounds = 20;
        const int Tasks = 16;
        for (var round = 0; round < Rounds; round++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"race/{round}");
            var won = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(i => Task.Run(() => TryPutAsync(key, $"{i}", PutCondition.IfAbsent))));

            var winner = Assert.Single(Enumerable.Range(0, Tasks), i => won[i]);
            Assert.Equal(winner.ToString(CultureInfo.InvariantCulture), await ReadAsync(key));
        }
    }

    [Fact]
    public async Task Commit_IfUnchangedByManyTasks_LosesNoUpdate()
    {
        const int Tasks = 8;
        const int Times = 25;
        await PutAsync("number", "0");
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Times;)
            {
                var entry = await Store.FindAsync("number", Token);
                var number = int.Parse(await ReadAsync("number"), CultureInfo.InvariantCulture);
                if (await TryPutAsync("number", (number + 1).ToString(CultureInfo.InvariantCulture), PutCondition.IfUnchanged(entry!.ETag)))
                {
                    done++;
                }
            }
        })));

        Assert.Equal((Tasks * Times).ToString(CultureInfo.InvariantCulture), await ReadAsync("number"));
    }

    private async Task<bool> TryPutAsync(string key, string content, PutCondition condition)
    {
        try
        {
            await PutAsync(key, content, condition);
            return true;
        }
        catch (PutConflictException)
        {
            return false;
        }
    }
}
