using Spectre.Console;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Says what is going on where work takes longer than a person waits without asking.</summary>
internal static class Patience
{
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <param name="doing">Such as "Reading the sync state".</param>
    /// <param name="work">Is given where to say how far it is.</param>
    public static async Task<T> ShowAsync<T>(string doing, Func<IProgress<string>, Task<T>> work)
    {
        var position = new Position();
        var result = work(position);
        if (await EndsWithinAsync(result, Silent))
        {
            return await result;
        }

        if (!Terminal.IsLive)
        {
            await Console.Error.WriteLineAsync(doing + " …");
            return await result;
        }

        await Terminal.Error.Status().StartAsync(Markup.Escape(doing) + " …", async status =>
        {
            while (!await EndsWithinAsync(result, Between))
            {
                status.Status = Markup.Escape($"{doing} … {position.Text}");
            }
        });
        return await result;
    }

    // The task's own failure is its awaiter's business.
    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        using var stop = new CancellationTokenSource();
        var isDone = await Task.WhenAny(task, Task.Delay(time, TimeProvider.System, stop.Token)) == task;
        await stop.CancelAsync();
        return isDone;
    }

    private sealed class Position : IProgress<string>
    {
        private volatile string _text = "";

        public string Text => _text;

        public void Report(string value) => _text = value;
    }
}
