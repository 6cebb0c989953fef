using System.Text.Json;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Who works on a job: the content of <c>staging/.holder</c>.</summary>
/// <param name="Service">The Temporal service, <see cref="IServiceIdentity"/>.</param>
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
        var file = LocalFolders.CreateTemporary(Path.GetDirectoryName(path)!, bufferSize: 0);
        try
        {
            using (file)
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web));
            }

            File.Move(file.Name, path, overwrite: true);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // A full disk would otherwise get a file more with every attempt.
            File.Delete(file.Name);
            throw;
        }
    }

    private static StorageException Unreadable(string path, JsonException? cause) =>
        new($"{path} does not say who works on the job. If no run of the job is under way, delete that file.", transient: false, cause);
}
