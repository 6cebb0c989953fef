namespace PersonalizeConnectors.Activities.Tests.Configuration;

/// <summary>Files of the repository that tests hold against the code.</summary>
internal static class Repository
{
    public static string PathOf(params ReadOnlySpan<string> parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PersonalizeConnectors.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder!.FullName, .. parts]);
    }

    public static string Read(params ReadOnlySpan<string> parts) => File.ReadAllText(PathOf(parts));
}
