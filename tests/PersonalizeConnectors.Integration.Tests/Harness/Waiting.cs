using System.Diagnostics;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Waits for something another process does; there is no event to wait for, so it looks again and again.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    public static async Task ForAsync(Func<Task<bool>> condition, string what, double seconds = 60) =>
        Assert.True(await TryForAsync(condition, seconds), $"Waited {seconds} s for {what}.");

    public static Task ForAsync(Func<bool> condition, string what, double seconds = 60) => ForAsync(() => Task.FromResult(condition()), what, seconds);

    /// <returns>False where it did not come about in time.</returns>
    public static async Task<bool> TryForAsync(Func<Task<bool>> condition, double seconds)
    {
        using var timer = new PeriodicTimer(Between);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                return false;
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return true;
    }

    /// <summary>Lets time pass where time itself is what is tested: an outage of so many seconds.</summary>
    public static async Task OutageAsync(double seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
