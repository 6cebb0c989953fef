using System.Text.Json;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Who works on a job: the content of <c>staging/.holder</c>.</summary>
/// <param name="Service">The Temporal service, <see cref="ServiceIdentity"/>.</param>
internal sealed record JobHolder(string Service, string RunId, string Host, int ProcessId, DateTimeOffset Since)
{
    public static JobHolder? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<JobHolder>(File.ReadAllBytes(path), JsonSerializerOptions.Web) is { Service: not null, RunId: not null } holder
                ? holder
                : throw Unreadable(path, cause: null);
        }
        catch (JsonException e)
        {
            throw Unreadable(path, e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public HeldBy ToHeldBy() => new(RunId, Host, ProcessId, Since, Service);

    /// <summary>Replaces the file as a whole.</summary>
    public void Write(string path)
    {
        string unfinished;
        using (var file = LocalFolders.CreateTemporary(Path.GetDirectoryName(path)!, bufferSize: 4096))
        {
            unfinished = file.Name;
            JsonSerializer.Serialize(file, this, JsonSerializerOptions.Web);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private static StorageException Unreadable(string path, JsonException? cause) =>
        new($"{path} does not say who works on the job. If no run of the job is under way, delete that file.", transient: false, cause);
}
