using System.Globalization;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>
/// Size and time of the last change, in units of 100 ns. Whoever appends to a file changes both. Two replacements by this program never share a
/// time, although the file system's own clock stands still for milliseconds: a commit stamps the file with the exact time, and under the key's
/// lock moves that behind the time of what it replaces (<see cref="StampBehind"/>). A sample of the content would cost an open per listed file.
/// </summary>
internal static class LocalETag
{
    // A file system may keep time in units of 100 ns, of one second, or of two.
    private static readonly TimeSpan[] Steps = [TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    public static string Of(long size, DateTime changedUtc) =>
        string.Create(CultureInfo.InvariantCulture, $"{size:x}-{changedUtc.Ticks:x}");

    /// <summary>The entry of an existing file, or null.</summary>
    public static ObjectEntry? Read(string key, string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? Entry(key, file.Length, file.LastWriteTimeUtc) : null;
    }

    public static ObjectEntry Entry(string key, long size, DateTime changedUtc) =>
        new(key, size, Of(size, changedUtc), new DateTimeOffset(changedUtc, TimeSpan.Zero));

    /// <summary>Gives a file that is about to replace another a later time than that one has.</summary>
    /// <returns>True where the time had to be changed.</returns>
    public static bool StampBehind(string path, DateTimeOffset replaced)
    {
        if (File.GetLastWriteTimeUtc(path) > replaced.UtcDateTime)
        {
            return false;
        }

        foreach (var step in Steps)
        {
            File.SetLastWriteTimeUtc(path, replaced.UtcDateTime + step);
            if (File.GetLastWriteTimeUtc(path) > replaced.UtcDateTime)
            {
                break;
            }
        }

        return true;
    }
}
