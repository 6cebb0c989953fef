using System.Globalization;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Tests.Processes;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(ChildRoles))]

namespace PersonalizeConnectors.Activities.Tests.Processes;

/// <summary>What a <see cref="ChildProcess"/> does in place of the tests. It answers with its exit code.</summary>
public sealed class ChildRoles : ITestPipelineStartup
{
    public const string PutIfAbsent = "put-if-absent";
    public const string Count = "count";
    public const string WriteAndWait = "write-and-wait";
    public const string HoldJob = "hold-job";
    public const string UseScratch = "use-scratch";

    public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        if (Environment.GetEnvironmentVariable(ChildProcess.RoleVariable)?.Split('\n') is { } role)
        {
            Environment.Exit(await RunAsync(role));
        }
    }

    public ValueTask StopAsync() => ValueTask.CompletedTask;

    private static async Task<int> RunAsync(string[] role)
    {
        switch (role)
        {
            case [PutIfAbsent, var root, var number, var keys]:
                return await PutIfAbsentAsync(root, number, int.Parse(keys, CultureInfo.InvariantCulture));
            case [Count, var root, var times]:
                return await CountAsync(root, int.Parse(times, CultureInfo.InvariantCulture));
            case [WriteAndWait, var root, var key]:
                return await WriteAndWaitAsync(root, key);
            case [HoldJob, var root, var prefix, var service, var runId]:
                return await HoldAsync(root, prefix, service, runId);
            case [UseScratch, var path]:
                return await UseScratchAsync(path);
            default:
                throw new InvalidOperationException($"No such role: {role[0]}.");
        }
    }

    /// <summary>Ends with the number of keys that this process won.</summary>
    private static async Task<int> PutIfAbsentAsync(string root, string number, int keys)
    {
        using var store = new LocalObjectStore(root, TimeProvider.System);
        var content = new byte[10_000];
        content.AsSpan().Fill((byte)number[0]);
        await ChildProcess.WaitForParentAsync();
        var won = 0;
        for (var key = 0; key < keys; key++)
        {
            try
            {
                await store.PutAsync(string.Create(CultureInfo.InvariantCulture, $"race/{key}"), content, PutCondition.IfAbsent, CancellationToken.None);
                won++;
            }
            catch (PutConflictException)
            {
            }
        }

        return won;
    }

    /// <summary>Adds one to a number in an object, again and again.</summary>
    private static async Task<int> CountAsync(string root, int times)
    {
        using var store = new LocalObjectStore(root, TimeProvider.System);
        await ChildProcess.WaitForParentAsync();
        while (times > 0)
        {
            try
            {
                var entry = await store.FindAsync("number", CancellationToken.None);
                await using var stream = await store.OpenAsync("number", ByteRange.All, entry!.ETag, CancellationToken.None);
                using var reader = new StreamReader(stream);
                var number = int.Parse(await reader.ReadToEndAsync(), CultureInfo.InvariantCulture);
                var next = (number + 1).ToString("D6", CultureInfo.InvariantCulture);
                await store.PutAsync("number", System.Text.Encoding.UTF8.GetBytes(next), PutCondition.IfUnchanged(entry.ETag), CancellationToken.None);
                times--;
            }
            catch (Exception e) when (e is PutConflictException or ObjectChangedException)
            {
            }
        }

        return 0;
    }

    private static async Task<int> WriteAndWaitAsync(string root, string key)
    {
        using var store = new LocalObjectStore(root, TimeProvider.System);
        await using var writer = await store.CreateAsync(key, PutCondition.None, CancellationToken.None);
        await writer.Stream.WriteAsync(new byte[1_000_000]);
        await writer.Stream.FlushAsync();
        await ChildProcess.WaitForParentAsync();
        return 0;
    }

    private static async Task<int> HoldAsync(string root, string prefix, string service, string runId)
    {
        using var store = new LocalObjectStore(root, TimeProvider.System);
        using var hold = new LocalJobHold(new ServiceIdentity(service), TimeProvider.System);
        var job = new JobLocation(store, Path.Join(root, prefix).TrimEnd('/'), prefix, "related_items", "shop");
        await hold.AcquireAsync(job, runId, CancellationToken.None);
        await ChildProcess.WaitForParentAsync();
        return 0;
    }

    private static async Task<int> UseScratchAsync(string path)
    {
        using var scratch = new Scratch(Microsoft.Extensions.Options.Options.Create(new ScratchOptions { ScratchPath = path }));
        await using var file = scratch.CreateTemporary("run");
        await file.WriteAsync(new byte[100]);
        await file.FlushAsync();
        await ChildProcess.WaitForParentAsync();
        return 0;
    }
}
